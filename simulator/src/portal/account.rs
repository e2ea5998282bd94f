//! The one account: password, lockout, terms. Pure: no clock, no I/O.

/// Wrong passwords in a row that lock the account.
const WRONG_MAX: u32 = 5;

/// What the login form gets for an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PasswordVerdict {
    Right,
    Wrong,
    Locked,
}

/// State of the account that outlives sessions.
#[derive(Clone)]
pub(super) struct Account {
    user: String,
    password: String,
    wrong_in_a_row: u32,
    locked: bool,
    pub(super) terms_accepted: bool,
}

impl Account {
    pub(super) fn new(user: &str, password: &str) -> Self {
        Self {
            user: user.to_owned(),
            password: password.to_owned(),
            wrong_in_a_row: 0,
            locked: false,
            terms_accepted: false,
        }
    }

    /// Judges a submitted form. User ids ignore case, passwords do not.
    pub(super) fn submit(&mut self, user: &str, password: &str) -> PasswordVerdict {
        if self.locked {
            return PasswordVerdict::Locked;
        }
        if user.trim().eq_ignore_ascii_case(&self.user) && password == self.password {
            self.wrong_in_a_row = 0;
            return PasswordVerdict::Right;
        }
        self.wrong_in_a_row += 1;
        self.locked = self.wrong_in_a_row >= WRONG_MAX;
        if self.locked { PasswordVerdict::Locked } else { PasswordVerdict::Wrong }
    }

    /// Sets a new password and lifts the lock, as a site administrator would.
    pub(super) fn set_password(&mut self, password: &str) {
        password.clone_into(&mut self.password);
        self.wrong_in_a_row = 0;
        self.locked = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_wrong_password_in_a_row_locks_even_the_right_one_out() {
        let mut account = Account::new("dme", "right");
        for _ in 0..4 {
            assert_eq!(account.submit("dme", "wrong"), PasswordVerdict::Wrong);
        }
        assert_eq!(account.submit("dme", "wrong"), PasswordVerdict::Locked);
        assert_eq!(account.submit("dme", "right"), PasswordVerdict::Locked);
        account.set_password("new");
        assert_eq!(account.submit("DME", "new"), PasswordVerdict::Right);
    }

    #[test]
    fn a_right_password_starts_the_count_again() {
        let mut account = Account::new("dme", "right");
        for _ in 0..3 {
            for _ in 0..4 {
                assert_eq!(account.submit("dme", "wrong"), PasswordVerdict::Wrong);
            }
            assert_eq!(account.submit("dme", "right"), PasswordVerdict::Right);
        }
    }
}
