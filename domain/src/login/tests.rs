//! Tables and properties of the login.
