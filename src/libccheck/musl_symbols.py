"""Since which release musl has a symbol; written by `tools/musl_symbols.py`, not by hand."""

from __future__ import annotations

OLDEST = "1.1.0"
"""The oldest release that was looked at: what it has counts as always there."""

_NEW = {
    "1.1.4": "dummy",
    "1.1.6": (
        "__getopt_msg __pthread_once_full _ns_flagdata login_tty ns_get16 ns_get32 ns_initparse ns_name_uncompress "
        "ns_parserr ns_put16 ns_put32 ns_skiprr"
    ),
    "1.1.7": (
        "__aio_close __aio_fut __block_new_threads __cp_cancel __flt_rounds __getgr_a __getpw_a __nscd_query "
        "__timedwait_cp get_avphys_pages get_nprocs get_nprocs_conf get_phys_pages"
    ),
    "1.1.9": "__dl_thread_cleanup __dls2 __dls3 __vm_wait",
    "1.1.10": "__c_dot_utf8 __get_locale __loc_is_allocated",
    "1.1.11": "__c_dot_utf8_locale __c_locale __expand_heap __malloc0 __ofl_add __ofl_lock __ofl_unlock",
    "1.1.12": "__libc_start_init",
    "1.1.13": "__get_resolv_conf __libc_exit_fini __res_msend_rc __utmpxname _fini _init utmpname utmpxname",
    "1.1.15": "__pthread_timedjoin_np __pthread_tryjoin_np pthread_timedjoin_np pthread_tryjoin_np sched_getcpu",
    "1.1.16": (
        "__default_guardsize __default_stacksize pthread_getattr_default_np pthread_setattr_default_np "
        "pthread_setname_np"
    ),
    "1.1.17": "__env_rm_add",
    "1.1.19": "__utc fopencookie",
    "1.1.20": (
        "__malloc_donate __register_locked_file dummy_lock explicit_bzero getentropy getrandom memfd_create mlock2"
    ),
    "1.1.21": "__dls2b name_to_handle_at open_by_handle_at",
    "1.1.22": "membarrier",
    "1.1.24": (
        "copy_file_range posix_spawn_file_actions_addchdir_np posix_spawn_file_actions_addfchdir_np secure_getenv"
    ),
    "1.2.0": (
        "__adjtime64 __adjtimex_time64 __aio_suspend_time64 __clock_adjtime64 __clock_getres_time64 __clock_gettime64 "
        "__clock_nanosleep_time64 __clock_settime64 __cnd_timedwait_time64 __ctime64 __ctime64_r __difftime64 "
        "__dlsym_time64 __fstat_time64 __fstatat_time64 __ftime64 __futimens_time64 __futimes_time64 "
        "__futimesat_time64 __getitimer_time64 __getrusage_time64 __gettimeofday_time64 __gmtime64 __gmtime64_r "
        "__localtime64 __localtime64_r __lstat_time64 __lutimes_time64 __mktime64 __mq_timedreceive_time64 "
        "__mq_timedsend_time64 __mtx_timedlock_time64 __nanosleep_time64 __ppoll_time64 __pselect_time64 "
        "__pthread_cond_timedwait_time64 __pthread_mutex_timedlock_time64 __pthread_rwlock_timedrdlock_time64 "
        "__pthread_rwlock_timedwrlock_time64 __pthread_timedjoin_np_time64 __recvmmsg_time64 "
        "__sched_rr_get_interval_time64 __select_time64 __sem_timedwait_time64 __semtimedop_time64 __setitimer_time64 "
        "__settimeofday_time64 __sigtimedwait_time64 __stat_time64 __stime64 __thrd_sleep_time64 __time64 "
        "__timegm_time64 __timer_gettime64 __timer_settime64 __timerfd_gettime64 __timerfd_settime64 "
        "__timespec_get_time64 __utime64 __utimensat_time64 __utimes_time64 __wait3_time64 __wait4_time64"
    ),
    "1.2.2": "_Fork gettid reallocarray tcgetwinsize tcsetwinsize",
    "1.2.3": "pthread_getname_np qsort_r",
    "1.2.5": "preadv2 pwritev2 statx",
    "1.2.6": "__getauxval posix_getdents renameat2",
}

SINCE = {name: version for version, names in _NEW.items() for name in names.split()}
"""Symbol to release, of all that came after `OLDEST`."""
