//! The wall around system calls: three seccomp filters, of which the strictest answer counts.
//!
//! 1. What computing needs is let through, anything else is answered as if the kernel did not know it, which
//!    libraries are prepared for.
//! 2. What only an intruder would ask for ends the worker with `SIGSYS`.
//! 3. Starting a thread by the newer call is answered as unknown: its flags lie in memory, where a filter
//!    cannot look, and libraries then take the older call, whose flags can be seen.

use super::state::{Wall, WallKind};
use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};
use std::collections::BTreeMap;
use std::io;

/// Let through whatever their arguments are: memory, threads' waiting, clocks, and files that are open or
/// that Landlock lets be opened.
#[rustfmt::skip]
const ALLOWED: &[i64] = &[
    libc::SYS_brk, libc::SYS_madvise, libc::SYS_mremap, libc::SYS_munmap,
    libc::SYS_close, libc::SYS_fcntl, libc::SYS_fstat, libc::SYS_getcwd, libc::SYS_getdents64,
    libc::SYS_lseek, libc::SYS_newfstatat, libc::SYS_openat, libc::SYS_faccessat, libc::SYS_faccessat2,
    libc::SYS_pread64, libc::SYS_read, libc::SYS_readlinkat, libc::SYS_readv, libc::SYS_recvmsg,
    libc::SYS_statx, libc::SYS_write, libc::SYS_writev, libc::SYS_ppoll, libc::SYS_fadvise64,
    libc::SYS_clone, libc::SYS_exit, libc::SYS_exit_group, libc::SYS_futex, libc::SYS_restart_syscall,
    libc::SYS_rseq, libc::SYS_sched_getaffinity, libc::SYS_sched_yield, libc::SYS_set_robust_list,
    libc::SYS_set_tid_address, libc::SYS_tgkill,
    libc::SYS_rt_sigaction, libc::SYS_rt_sigprocmask, libc::SYS_rt_sigreturn, libc::SYS_sigaltstack,
    libc::SYS_clock_getres, libc::SYS_clock_gettime, libc::SYS_clock_nanosleep, libc::SYS_gettimeofday,
    libc::SYS_nanosleep, libc::SYS_times,
    libc::SYS_getegid, libc::SYS_geteuid, libc::SYS_getgid, libc::SYS_getpid, libc::SYS_getppid,
    libc::SYS_getrandom, libc::SYS_getrusage, libc::SYS_gettid, libc::SYS_getuid, libc::SYS_prlimit64,
    libc::SYS_sysinfo, libc::SYS_uname,
];

/// The same, where the machine still has the older calls.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
const ALLOWED_HERE: &[i64] = &[
    libc::SYS_access, libc::SYS_arch_prctl, libc::SYS_getrlimit, libc::SYS_lstat, libc::SYS_open,
    libc::SYS_poll, libc::SYS_readlink, libc::SYS_stat, libc::SYS_time,
];
#[cfg(not(target_arch = "x86_64"))]
const ALLOWED_HERE: &[i64] = &[];

/// End the worker whatever their arguments are: network, programs, other processes, what changes the file
/// system, what gets around the filter, and what has no use but an attack on the kernel.
#[rustfmt::skip]
const FATAL: &[i64] = &[
    libc::SYS_accept, libc::SYS_accept4, libc::SYS_bind, libc::SYS_connect, libc::SYS_listen,
    libc::SYS_sendmsg, libc::SYS_sendto, libc::SYS_socket, libc::SYS_socketpair,
    libc::SYS_execve, libc::SYS_execveat,
    libc::SYS_kill, libc::SYS_pidfd_getfd, libc::SYS_pidfd_open, libc::SYS_pidfd_send_signal,
    libc::SYS_process_vm_readv, libc::SYS_process_vm_writev, libc::SYS_ptrace, libc::SYS_tkill,
    libc::SYS_fchmod, libc::SYS_fchmodat, libc::SYS_fchown, libc::SYS_fchownat, libc::SYS_ftruncate,
    libc::SYS_linkat, libc::SYS_mkdirat, libc::SYS_mknodat, libc::SYS_renameat2, libc::SYS_symlinkat,
    libc::SYS_truncate, libc::SYS_unlinkat,
    libc::SYS_memfd_create, libc::SYS_name_to_handle_at, libc::SYS_open_by_handle_at,
    libc::SYS_chroot, libc::SYS_mount, libc::SYS_pivot_root, libc::SYS_setns, libc::SYS_umount2,
    libc::SYS_unshare,
    libc::SYS_setgid, libc::SYS_setresuid, libc::SYS_setuid,
    libc::SYS_add_key, libc::SYS_bpf, libc::SYS_init_module, libc::SYS_io_uring_setup, libc::SYS_keyctl,
    libc::SYS_perf_event_open, libc::SYS_request_key, libc::SYS_setrlimit, libc::SYS_userfaultfd,
];

/// The same, where the machine still has the older calls.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
const FATAL_HERE: &[i64] = &[
    libc::SYS_chmod, libc::SYS_chown, libc::SYS_creat, libc::SYS_fork, libc::SYS_lchown, libc::SYS_link,
    libc::SYS_mkdir, libc::SYS_mknod, libc::SYS_rename, libc::SYS_renameat, libc::SYS_rmdir,
    libc::SYS_symlink, libc::SYS_unlink, libc::SYS_vfork,
];
#[cfg(not(target_arch = "x86_64"))]
const FATAL_HERE: &[i64] = &[];

/// Opening files, by whatever call.
const OPENING: &[i64] = &[
    libc::SYS_openat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_open,
];

/// Requests to a terminal or pipe: is it a terminal, how much lies in it, close it at the next program.
const IOCTLS: &[u64] = &[libc::TCGETS, libc::FIONREAD, libc::FIOCLEX];
/// A thread's name, a name for a piece of memory (`PR_SET_VMA`), and what filters ask for before they are added.
const PRCTLS: &[u64] =
    &[libc::PR_SET_NAME as u64, libc::PR_GET_NAME as u64, 0x5356_4d41, libc::PR_SET_NO_NEW_PRIVS as u64];

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Puts the calling thread, and all it starts, behind the filters.
pub(super) fn filter() -> Wall {
    let by = "seccomp, asking for either ends the worker";
    Wall::of(WallKind::SystemCalls, by, install().map_err(|cause| format!("seccomp refuses: {cause}")))
}

/// Refuses to open files from now on, to all threads.
pub(super) fn forbid_open() -> io::Result<()> {
    let rules = OPENING.iter().map(|call| (*call, Vec::new())).collect();
    let refuse = SeccompAction::Errno(libc::EACCES as u32);
    let program = program(rules, SeccompAction::Allow, refuse).map_err(io::Error::other)?;
    seccompiler::apply_filter_all_threads(&program).map_err(io::Error::other)
}

fn install() -> Result<(), String> {
    let unknown = || SeccompAction::Errno(libc::ENOSYS as u32);
    let text = |error: BackendError| error.to_string();
    let newer_clone = Rules::from([(libc::SYS_clone3, Vec::new())]);
    let programs = [
        program(newer_clone, SeccompAction::Allow, unknown()).map_err(text)?,
        program(fatal().map_err(text)?, SeccompAction::Allow, SeccompAction::KillProcess).map_err(text)?,
        // Last: it does not know the call that installs filters.
        program(allowed().map_err(text)?, unknown(), SeccompAction::Allow).map_err(text)?,
    ];
    programs.iter().try_for_each(|program| seccompiler::apply_filter(program).map_err(|e| e.to_string()))
}

fn program(
    rules: Rules,
    otherwise: SeccompAction,
    matched: SeccompAction,
) -> Result<BpfProgram, BackendError> {
    let machine = TargetArch::try_from(std::env::consts::ARCH)?;
    SeccompFilter::new(rules, otherwise, matched, machine)?.try_into()
}

fn allowed() -> Result<Rules, BackendError> {
    let plain = ALLOWED.iter().chain(ALLOWED_HERE).map(|call| (*call, Vec::new()));
    let mut rules: Rules = plain.collect();
    // No memory that can be run: every program of this process is loaded already.
    let not_run = || only_if(2, SeccompCmpOp::MaskedEq(libc::PROT_EXEC as u64), 0);
    rules.insert(libc::SYS_mmap, vec![not_run()?]);
    rules.insert(libc::SYS_mprotect, vec![not_run()?]);
    let one_of = |argument, values: &[u64]| {
        values.iter().map(|value| only_if(argument, SeccompCmpOp::Eq, *value)).collect::<Result<Vec<_>, _>>()
    };
    rules.insert(libc::SYS_ioctl, one_of(1, IOCTLS)?);
    rules.insert(libc::SYS_prctl, one_of(0, PRCTLS)?);
    // Filters added later, by `forbid_open`, can only take away.
    rules.insert(libc::SYS_seccomp, Vec::new());
    Ok(rules)
}

fn fatal() -> Result<Rules, BackendError> {
    let plain = FATAL.iter().chain(FATAL_HERE).map(|call| (*call, Vec::new()));
    let mut rules: Rules = plain.collect();
    let another_process = only_if(0, SeccompCmpOp::MaskedEq(libc::CLONE_THREAD as u64), 0)?;
    rules.insert(libc::SYS_clone, vec![another_process]);
    // `abort` sends a signal to its own process; nobody else gets one.
    let someone_else = only_if(0, SeccompCmpOp::Ne, u64::from(std::process::id()))?;
    rules.insert(libc::SYS_tgkill, vec![someone_else]);
    // Limits may be looked at, not set.
    rules.insert(libc::SYS_prlimit64, vec![only_if_set(2)?]);
    Ok(rules)
}

/// A rule for one argument of 32 bits: a process, flags, a command.
fn only_if(argument: u8, comparison: SeccompCmpOp, value: u64) -> Result<SeccompRule, BackendError> {
    let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Dword, comparison, value)?;
    SeccompRule::new(vec![condition])
}

/// A rule for a pointer that is given.
fn only_if_set(argument: u8) -> Result<SeccompRule, BackendError> {
    let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0)?;
    SeccompRule::new(vec![condition])
}
