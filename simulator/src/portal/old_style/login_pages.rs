//! The login's HTML. Wording and element names are the contract with whoever automates it.

use html_escape::encode_text;

use super::pages::bare;

pub(super) const WRONG_PASSWORD: &str = "The user ID or password is not correct.";
pub(super) const LOCKED: &str = "This account is locked. Call the Help Desk.";
pub(super) const TOO_MANY_CODES: &str = "Too many invalid codes.";
pub(super) const WRONG_CODE: &str = "That code is not valid.";
pub(super) const PASSWORD_REFUSED: &str = "The passwords do not match or are shorter than 8 characters.";

/// Departments to choose from; the messages lie under the first.
pub(super) const SITES: [(&str, &str); 3] =
    [("102", "Clement DME Billing"), ("101", "Clement Home Medical"), ("117", "St. Clement's Home Infusion")];

/// The terms, one paragraph each. Whitespace stands between them on the page as well, so that text
/// content and visible text normalise to the same string.
const TERMS: [&str; 3] = [
    "CareLink is provided by St. Clement's to its affiliates for the care of shared patients and for no other purpose.",
    "Look only at records of patients your organization serves. Every access is logged and audited. Tell the Help Desk \
     at once if you believe that somebody else has used your user ID, password or security codes.",
    "St. Clement's may withdraw access without notice. Press Accept to agree.",
];

/// The terms as one text, for the hash a connector is configured with.
pub(in crate::portal) fn terms_text() -> String {
    TERMS.join("\n")
}

/// What stands over a form.
#[derive(Clone, Copy)]
pub(super) enum Notice {
    Error(&'static str),
    Plain(&'static str),
}

/// The first step: user id.
pub(super) fn user(notice: Option<Notice>) -> String {
    step(
        "CareLink - Login",
        notice,
        "<form name=\"frmUser\" method=\"post\" action=\"login.asp\">\n\
         User ID: <input type=\"text\" name=\"UserID\" size=\"20\">\n\
         <input type=\"submit\" value=\"Next\">\n</form>\n",
    )
}

/// The second step: password.
pub(super) fn password() -> String {
    step(
        "CareLink - Password",
        None,
        "<form name=\"frmPwd\" method=\"post\" action=\"password.asp\">\n\
         Password: <input type=\"password\" name=\"Password\" size=\"20\">\n\
         <input type=\"submit\" value=\"Log In\">\n</form>\n",
    )
}

/// The page that wants a new password.
pub(super) fn change(notice: Option<Notice>) -> String {
    step(
        "CareLink - Change Password",
        notice,
        "<h2>Your password has expired</h2>\n<form name=\"frmChg\" method=\"post\" action=\"chgpwd.asp\">\n\
         New password: <input type=\"password\" name=\"NewPwd\">\n\
         Again: <input type=\"password\" name=\"NewPwd2\">\n\
         <input type=\"submit\" value=\"Change\">\n</form>\n",
    )
}

/// The terms.
pub(super) fn terms() -> String {
    let paragraphs: Vec<String> = TERMS.iter().map(|text| format!("<p>{}</p>", encode_text(text))).collect();
    step(
        "CareLink - Agreement",
        None,
        &format!(
            "<h2>User Agreement</h2>\n<div id=\"agreement\">\n{}\n</div>\n\
             <form name=\"frmAgree\" method=\"post\" action=\"agree.asp\">\n\
             <input type=\"submit\" name=\"Accept\" value=\"Accept\">\n</form>\n",
            paragraphs.join("\n")
        ),
    )
}

/// Somebody works under this account.
pub(super) fn in_use() -> String {
    bare(
        "CareLink - In Use",
        "<table><tr><td class=\"warning\">This account is in use at another workstation.</td></tr></table>\n\
         <form name=\"frmUse\" method=\"post\" action=\"inuse.asp\">\n\
         <input type=\"submit\" name=\"Continue\" value=\"Continue and end the other session\">\n\
         <input type=\"submit\" name=\"Cancel\" value=\"Cancel\">\n</form>\n",
    )
}

/// Six boxes, one a character; the script moves on from box to box and joins them.
const BOXES_SCRIPT: &str = "<script>\n\
(function () {\n\
  var boxes = document.querySelectorAll('input.codebox'), form = document.frmCode;\n\
  boxes.forEach(function (box, i) {\n\
    box.addEventListener('input', function () { if (box.value && i < 5) { boxes[i + 1].focus(); } });\n\
    box.addEventListener('paste', function (e) {\n\
      var text = (e.clipboardData.getData('text') || '').trim();\n\
      if (text.length === 6) { e.preventDefault(); boxes.forEach(function (b, n) { b.value = text.charAt(n); }); }\n\
    });\n\
  });\n\
  form.addEventListener('submit', function () {\n\
    form.Code.value = Array.prototype.map.call(boxes, function (b) { return b.value; }).join('');\n\
  });\n\
})();\n\
</script>\n";

/// The code page; `totp` when an authenticator app makes the codes.
pub(super) fn verify(totp: bool, notice: Option<Notice>) -> String {
    let (text, resend) = if totp {
        ("Open your authenticator app and enter the code it shows.", "")
    } else {
        (
            "A security code was mailed to d*******@gmail.com. It is good for 10 minutes.",
            "<a id=\"resend\" href=\"verify.asp?resend=1\">Send a new code</a>\n",
        )
    };
    let boxes = "<input type=\"text\" class=\"codebox\" maxlength=\"1\" autocomplete=\"off\">\n".repeat(6);
    step(
        "CareLink - Identity Verification",
        notice,
        &format!(
            "<h2>Identity Verification</h2>\n<p>{text}</p>\n\
             <form name=\"frmCode\" method=\"post\" action=\"verify.asp\">\n{boxes}\
             <input type=\"hidden\" name=\"Code\" value=\"\">\n\
             <input type=\"submit\" name=\"Verify\" value=\"Verify\">\n</form>\n{resend}{BOXES_SCRIPT}"
        ),
    )
}

/// Under which department to work.
pub(super) fn site() -> String {
    let options: String = SITES
        .iter()
        .map(|(value, label)| format!("<option value=\"{value}\">{}</option>\n", encode_text(label)))
        .collect();
    step(
        "CareLink - Department",
        None,
        &format!(
            "<form name=\"frmSite\" method=\"post\" action=\"site.asp\">\nDepartment:\n<select name=\"Dept\">\n{options}</select>\n\
             <input type=\"submit\" name=\"Go\" value=\"Go\">\n</form>\n"
        ),
    )
}

fn step(title: &str, notice: Option<Notice>, body: &str) -> String {
    let notice = match notice {
        Some(Notice::Error(text)) => {
            format!("<table><tr><td class=\"error\">{}</td></tr></table>\n", encode_text(text))
        }
        Some(Notice::Plain(text)) => {
            format!("<table><tr><td class=\"notice\">{}</td></tr></table>\n", encode_text(text))
        }
        None => String::new(),
    };
    bare(title, &format!("{notice}{body}"))
}
