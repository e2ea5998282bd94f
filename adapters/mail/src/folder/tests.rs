//! A watched folder and a mail given by hand go through one door, and no mail is taken in twice.

use super::*;
use crate::read::tests::{account, confirmation, forwarded};
use domain::mfa::{MailRefusal, MailVerdict};
use domain::ports::{CodeWindow, TakeVerdict};
use memory::MemoryMailbox;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn put(dir: &Path, name: &str, text: &str) {
    std::fs::write(dir.join(name), text).unwrap();
}

fn verdicts(reports: &[IntakeReport]) -> Vec<(&str, &MailVerdict)> {
    reports.iter().map(|report| (report.id.as_str(), &report.verdict)).collect()
}

#[tokio::test]
async fn finished_mails_are_taken_in_once_and_their_code_waits() {
    let dir = tempfile::tempdir().unwrap();
    let mailbox = MemoryMailbox::default();
    let accounts = [account()];
    let mut folder = MailFolder::new(dir.path());
    put(dir.path(), "abc1", &forwarded("Your code is 482913.", ""));
    put(dir.path(), "abc2", &forwarded("Hello", ""));
    put(dir.path(), "abc3.tmp", &forwarded("Your code is 111111.", ""));
    put(dir.path(), ".hidden", &forwarded("Your code is 222222.", ""));
    std::fs::create_dir(dir.path().join("folder")).unwrap();

    let reports = folder.poll(&mailbox, &accounts, NOW).await.unwrap();
    let no_code = MailVerdict::Refused(MailRefusal::NoCode);
    assert_eq!(verdicts(&reports), vec![("abc1", &MailVerdict::Accepted), ("abc2", &no_code)]);
    assert_eq!(folder.poll(&mailbox, &accounts, NOW).await.unwrap(), vec![]);

    // A watcher of a later run asks the mailbox.
    let again = MailFolder::new(dir.path()).poll(&mailbox, &accounts, NOW).await.unwrap();
    let seen = MailVerdict::SeenBefore;
    assert_eq!(verdicts(&again), vec![("abc1", &seen), ("abc2", &seen)]);

    let window = CodeWindow { address: account().address(), not_before: NOW, oldest: NOW, sent_from: None };
    assert_eq!(mailbox.take(&window).await.unwrap(), TakeVerdict::Taken("482913".into()));
    assert_eq!(mailbox.take(&window).await.unwrap(), TakeVerdict::Nothing);
}

#[tokio::test]
async fn gmails_question_waits_for_the_operator_and_is_announced_once() {
    let dir = tempfile::tempdir().unwrap();
    let mailbox = MemoryMailbox::default();
    put(dir.path(), "abc1", &confirmation("dme.codes@gmail.com", "Confirmation code: 123456789", ""));
    for first in [true, false] {
        let reports = MailFolder::new(dir.path()).poll(&mailbox, &[account()], NOW).await.unwrap();
        let verdict = &reports[0].verdict;
        assert_eq!(matches!(verdict, MailVerdict::Notice(_)), first, "{verdict}");
        assert_eq!(*verdict == MailVerdict::SeenBefore, !first);
        assert!(!format!("{verdict} {verdict:?}").contains("123456789"));
    }
    assert_eq!(mailbox.notices().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_folder_that_is_not_there_yet_is_empty() {
    let dir = tempfile::tempdir().unwrap();
    let mut folder = MailFolder::new(dir.path().join("mail"));
    assert_eq!(folder.poll(&MemoryMailbox::default(), &[account()], NOW).await.unwrap(), vec![]);
    std::fs::write(dir.path().join("mail"), "a file").unwrap();
    let error = folder.poll(&MemoryMailbox::default(), &[account()], NOW).await.unwrap_err();
    assert!(error.to_string().starts_with("mail folder "), "{error}");
}

#[tokio::test]
async fn a_mail_given_by_hand_goes_the_same_way() {
    let dir = tempfile::tempdir().unwrap();
    let mailbox = MemoryMailbox::default();
    put(dir.path(), "abc1", &forwarded("Your code is 482913.", ""));
    put(dir.path(), "no id", "x");
    let take = async |name: &str| {
        crate::intake_file(&dir.path().join(name), &mailbox, &[account()], NOW)
            .await
            .map(|report| report.verdict)
    };
    assert_eq!(take("abc1").await.unwrap(), MailVerdict::Accepted);
    assert_eq!(take("abc1").await.unwrap(), MailVerdict::SeenBefore);
    assert_eq!(take("abc2").await.unwrap_err().class, ErrorClass::NotFound);
    assert!(take("no id").await.unwrap_err().to_string().contains("rename it"));
}
