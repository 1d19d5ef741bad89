#!/usr/bin/python3
"""Tries to leave the sandbox in every way that needs no luck, and prints what came of each as JSON.

Values are `done` where it worked, the name of the error number where the kernel refused, or what was seen.
Arguments: a folder of the machine, a TCP port of its loopback interface, the name of an abstract socket of it,
a socket file of it, a process of it, a file to write the result to, and the password of a repository."""
import ctypes, errno, fcntl, glob, json, mmap, os, platform, signal, socket, sys, termios, threading

VICTIM, PORT, ABSTRACT, SOCKET, PID, RESULT, PASSWORD = sys.argv[1:8]
LIBC = ctypes.CDLL(None, use_errno=True)
NUMBERS = {
    'x86_64': dict(add_key=248, keyctl=250, syslog=103, bpf=321, perf_event_open=298, userfaultfd=323, io_uring_setup=425,
                   ptrace=101, process_vm_readv=310, process_vm_writev=311, kcmp=312, pidfd_getfd=438,
                   pivot_root=155, kexec_load=246, init_module=175, reboot=169,
                   settimeofday=164, sethostname=170),
    'aarch64': dict(add_key=217, keyctl=219, syslog=116, bpf=280, perf_event_open=241, userfaultfd=282, io_uring_setup=425,
                    ptrace=117, process_vm_readv=270, process_vm_writev=271, kcmp=272, pidfd_getfd=438,
                    pivot_root=41, kexec_load=104, init_module=105, reboot=142,
                    settimeofday=170, sethostname=161),
}[platform.machine()]
seen = {}


def attempt(name, work):
    try:
        value = work()
        seen[name] = 'done' if value is None else value
    except OSError as error:
        seen[name] = errno.errorcode.get(error.errno, str(error))


def checked(value):
    if value < 0:
        raise OSError(ctypes.get_errno(), 'refused')


def call(name, *arguments):
    checked(LIBC.syscall(ctypes.c_long(NUMBERS[name]), *[a if isinstance(a, bytes) else ctypes.c_long(a) for a in arguments]))


def write(path, text='planted'):
    with open(path, 'w') as file:
        file.write(text)


def through_link():
    os.symlink(VICTIM, f'/tmp/link-{os.getpid()}')
    write(f'/tmp/link-{os.getpid()}/through-link')


def beyond_chroot(work):
    """The old way out: a root below the folder that one stands in."""
    os.makedirs('/tmp/jail', exist_ok=True)
    outside = os.open('/', os.O_RDONLY)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.chroot('/tmp/jail')
            os.fchdir(outside)
            for _ in range(64):
                os.chdir('..')
            os.chroot('.')
            os.write(writing, (work() or '').encode())
            os._exit(0)
        except OSError as error:
            os._exit(error.errno)
    os.close(writing)
    said = os.fdopen(reading).read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code:
        raise OSError(code, 'in the child')
    return said or None


def mount_points():
    return {line.split()[4] for line in open('/proc/self/mountinfo')}


def mounts():
    """Where something is mounted, except in the image itself."""
    places = mount_points()
    images = [place for place in places if os.path.exists(place.rstrip('/') + '/usr/libexec/attack.py')]
    return sorted(place for place in places if not any(place == image or place.startswith(image.rstrip('/') + '/') for image in images))


def can_write(place):
    try:
        if not os.path.isdir(place):
            os.close(os.open(place, os.O_WRONLY))
        else:
            write(place + '/planted-by-attack')
        return True
    except OSError:
        return False


def shown():
    """What of the machine shows beside the image, its tools and devices."""
    found, places = [], mount_points()
    for place in mounts():
        if (place + '/').startswith(('//', '/usr/', '/proc/', '/dev/')):
            continue
        for folder, folders, names in os.walk(place):
            folders[:] = [name for name in folders if os.path.join(folder, name) not in places]
            found += [os.path.join(folder, name) for name in names]
    return found


def packages():
    """The package cache: whether a package shows, and what writing one, or beside it, comes to."""
    found = [path for path in shown() if path.endswith('.rpm')]
    if not found:
        return 'none'
    results = set()
    for way in (lambda: os.close(os.open(found[0], os.O_WRONLY)), lambda: os.unlink(found[0]),
                lambda: write(os.path.dirname(found[0]) + '/planted.rpm'), lambda: os.chmod(found[0], 0o666)):
        try:
            way()
            results.add('done')
        except OSError as error:
            results.add(errno.errorcode[error.errno])
    return ' '.join(sorted(results))


def unlimited():
    """Memory that one could fill up to half of the machine's: what process 1 has mounted, whatever the root here is."""
    found = []
    for line in open('/proc/1/mountinfo'):
        mount, _, system = line.partition(' - ')
        kind, _, options = system.split()[:3]
        if kind == 'tmpfs' and 'rw' in mount.split()[5].split(',') and 'size=' not in options:
            found.append(mount.split()[4])
    return ' '.join(found) or 'nothing'


def passwords():
    """Files with the password; the package of this program has it too, in the words that its scriptlets are called with."""
    found = [path for path in shown() if not path.endswith('.rpm') and os.path.isfile(path) and PASSWORD.encode() in open(path, 'rb').read()]
    return ' '.join(found) or 'nothing'


def through_processes():
    """Roots, working folders and open files of every process that shows."""
    reached = [path for way in ('root', 'cwd') for path in glob.glob(f'/proc/[0-9]*/{way}{VICTIM}')]
    for path in reached:
        write(path + '/through-proc')
    return ','.join(reached) or 'nothing'


def open_files():
    """What whoever called hew had open."""
    found = []
    for path in glob.glob('/proc/self/fd/*'):
        if os.path.isdir(path):
            found.append(path)
            write(path + VICTIM + '/through-open-folder')
    return ' '.join(found) or 'nothing'


def processes():
    """How many at a time; threads count as processes do, and are made sooner."""
    threading.stack_size(65536)
    done, started = threading.Event(), 0
    try:
        while started < 6000:
            threading.Thread(target=done.wait).start()
            started += 1
    except RuntimeError:
        pass
    finally:
        done.set()
    return 'no end' if started == 6000 else 'an end'


def environments():
    found = set()
    for path in glob.glob('/proc/[0-9]*/environ'):
        try:
            found |= {entry.split(b'=')[0].decode() for entry in open(path, 'rb').read().split(b'\0') if entry}
        except OSError:
            pass
    return ' '.join(sorted(found | set(os.environ)))


def connect(family, address, kind=socket.SOCK_STREAM):
    with socket.socket(family, kind) as client:
        client.settimeout(5)
        client.connect(address)
        client.send(b'GET /reached HTTP/1.0\r\n\r\n')


def type_into_terminal():
    with open('/dev/tty', 'w') as terminal:
        fcntl.ioctl(terminal, termios.TIOCSTI, b'x')


def drop_in(folder):
    os.makedirs(folder, exist_ok=True)
    write(folder + '/planted')


attempt('a file through an absolute link', through_link)
attempt('a file through ..', lambda: write('/' + '../' * 40 + VICTIM + '/through-dots'))
attempt('a file below another process', through_processes)
attempt('a file after chroot', lambda: beyond_chroot(lambda: write(VICTIM + '/through-chroot')))
attempt('a folder after chroot', lambda: beyond_chroot(lambda: ' '.join(os.listdir(VICTIM))))
attempt('places to write in after chroot', lambda: beyond_chroot(lambda: ' '.join(filter(can_write, mounts()))))
attempt('the package cache', lambda: beyond_chroot(packages))
attempt('memory without a limit', unlimited)
attempt('the password of a repository', lambda: beyond_chroot(passwords))
attempt('settings after chroot', lambda: beyond_chroot(lambda: '' if os.path.exists('/usr/libexec/attack.py') else ' '.join(sorted(os.listdir('/etc')))))
attempt('a file below an open folder', open_files)
attempt('memory beyond the limit', lambda: mmap.mmap(-1, 3 << 30, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close())
attempt('a folder of the machine', lambda: ' '.join(os.listdir(VICTIM)))
attempt('a block device', lambda: os.mknod('/tmp/disk', 0o60600, os.makedev(8, 0)))
attempt('a character device', lambda: os.mknod('/tmp/memory', 0o20600, os.makedev(1, 1)))
attempt('mount', lambda: checked(LIBC.mount(b'none', b'/mnt', b'tmpfs', 0, None)))
attempt('bind mount', lambda: checked(LIBC.mount(b'/', b'/mnt', None, 4096, None)))
attempt('remount', lambda: checked(LIBC.mount(None, b'/proc', None, 32 | 4096, None)))
attempt('umount', lambda: checked(LIBC.umount2(b'/proc', 2)))
attempt('pivot_root', lambda: call('pivot_root', b'/tmp', b'/tmp'))
attempt('a new user namespace', lambda: checked(LIBC.unshare(0x10000000)))
attempt('a new mount namespace', lambda: checked(LIBC.unshare(0x00020000)))
attempt('the mount namespace of process 1', lambda: checked(LIBC.setns(os.open('/proc/1/ns/mnt', os.O_RDONLY), 0)))
attempt('a kernel setting', lambda: write('/proc/sys/kernel/core_pattern', '|/bin/false'))
attempt('the kernel over sysrq', lambda: write('/proc/sysrq-trigger', 'h'))
attempt('another file of /proc', lambda: write('/proc/self/oom_score_adj', '0'))
attempt('/sys', lambda: ' '.join(glob.glob('/sys/*')) or 'nothing')
attempt('the loopback interface', lambda: connect(socket.AF_INET, ('127.0.0.1', int(PORT))))
attempt('an address outside', lambda: connect(socket.AF_INET, ('192.0.2.1', 80)))
attempt('an abstract socket', lambda: connect(socket.AF_UNIX, '\0' + ABSTRACT))
attempt('a socket file', lambda: connect(socket.AF_UNIX, SOCKET))
attempt('the host of a virtual machine', lambda: connect(40, (2, 1)))
attempt('a raw packet', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close())
attempt('a process of the machine', lambda: os.kill(int(PID), 9))
attempt('the terminal', type_into_terminal)
attempt('a key into the session', lambda: call('add_key', b'user', b'hew-test', b'x', 1, -3))
attempt('the keys of the session', lambda: call('keyctl', 0, -3, 0))
attempt('the kernel’s log', lambda: call('syslog', 10, 0, 0))
# A child, which even a machine with Yama lets its parent trace.
child = os.fork()
if child == 0:
    signal.pause()
attempt('ptrace', lambda: call('ptrace', 0x4206, child, 0, 0))
attempt('the memory of process 1', lambda: write('/proc/1/mem', 'x'))
for name in ('process_vm_readv', 'process_vm_writev'):
    attempt(name, lambda: call(name, child, 0, 0, 0, 0, 0))
attempt('kcmp', lambda: call('kcmp', child, child, 0, 0, 0))
attempt('pidfd_getfd', lambda: call('pidfd_getfd', os.pidfd_open(child), 0, 0))
os.kill(child, signal.SIGKILL)
for name in ('bpf', 'perf_event_open', 'userfaultfd', 'io_uring_setup', 'kexec_load', 'init_module'):
    attempt(name, lambda: call(name, 0, 0, 0, 0, 0))
attempt('reboot', lambda: call('reboot', 0xfee1dead, 672274793, 0, 0))
attempt('the clock', lambda: call('settimeofday', 0, 0))
attempt('the host name', lambda: call('sethostname', b'planted', 7))
attempt('processes without end', processes)
attempt('environments', environments)
attempt('identity', lambda: f'{os.getuid()} {os.getgid()}')
attempt('no_new_privs', lambda: LIBC.prctl(39, 0, 0, 0, 0))
attempt('capabilities', lambda: next(line.split()[1] for line in open('/proc/self/status') if line.startswith('CapEff')))
# What follows is of the image and must work: the sandbox is no stricter than it says.
attempt('own files', lambda: drop_in('/tmp/own'))
attempt('owners', lambda: os.chown('/tmp/own/planted', 1, 1))
attempt('a pipe', lambda: os.mkfifo(f'/tmp/own/pipe-{os.getpid()}'))
attempt('/dev/null', lambda: write('/dev/null'))
attempt('a local socket', lambda: socket.socketpair()[0].close())
with open(RESULT, 'w') as file:
    json.dump(seen, file, indent=1)
