/* Loaded before the C library (LD_PRELOAD): what a process asks of the disk below one folder is recorded, call by call and with
 * its bytes, and refused where a test wants that. Flushes below the folder of the tests cost nothing: they are only recorded.
 *
 * A record: kind, 1 byte · errno, 4 · inode, 8 · offset or number, 8 · two texts, each 4 bytes of length and its bytes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATE = 1, WRITE, CUT, FLUSH, UNLINK, RENAME, MKDIR, RMDIR, MARK, LINK, STRANGE, REFUSED };
enum { NEVER, ROOM, FLUSHES, WRITES }; /* what is refused */

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static char folder[4096], root[4096];
static size_t folder_length, root_length;
static int is_recording;
static unsigned char *record;
static size_t used, size;
static int refused_kind, refused_number, refused_errno, until_the_end, seen, was_refused;

#define REAL(result, name, ...) \
    static result (*real_##name)(__VA_ARGS__); \
    if (!real_##name) real_##name = (result (*)(__VA_ARGS__)) dlsym(RTLD_NEXT, #name)

static void put(const void *bytes, size_t length) {
    if (used + length > size) {
        size = (used + length) * 2 + 4096;
        record = realloc(record, size);
        if (!record) abort();
    }
    memcpy(record + used, bytes, length);
    used += length;
}

static void note(unsigned char kind, int error, uint64_t inode, int64_t number, const void *first, size_t first_length,
                 const char *second) {
    uint32_t lengths[2] = {(uint32_t) first_length, second ? (uint32_t) strlen(second) : 0};
    int32_t code = error;
    put(&kind, 1);
    put(&code, 4);
    put(&inode, 8);
    put(&number, 8);
    put(&lengths[0], 4);
    put(first, first_length);
    put(&lengths[1], 4);
    put(second, lengths[1]);
}

static int is_below(const char *path, const char *of, size_t length) {
    return length && !strncmp(path, of, length) && (path[length] == '/' || path[length] == 0);
}

static int path_of(int descriptor, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, 4095);
    if (length < 0) return 0;
    path[length] = 0;
    return 1;
}

static void whole_path(int at, const char *name, char *path) {
    if (name[0] == '/') {
        snprintf(path, 4096, "%s", name);
        return;
    }
    char base[4096];
    if (at == AT_FDCWD) {
        if (!getcwd(base, sizeof base)) base[0] = 0;
    } else if (!path_of(at, base))
        base[0] = 0;
    snprintf(path, 4096, "%.2040s/%.2040s", base, name);
}

static int concerns_us(const char *path) { return is_recording && is_below(path, root, root_length); }

static int descriptor_concerns_us(int descriptor, char *path, uint64_t *inode) {
    int before = errno;
    struct stat found;
    int ours = is_recording && path_of(descriptor, path) && concerns_us(path) && !fstat(descriptor, &found);
    if (ours) *inode = found.st_ino;
    errno = before;
    return ours;
}

/* Whether this call is refused: 1 with an error, 2: a part of it is done first, as on a disk that has a little room left. */
static int is_refused(int kind) {
    if (refused_kind != kind) return 0;
    seen++;
    if (seen < refused_number || (seen > refused_number && !until_the_end)) return 0;
    was_refused = 1;
    return seen == refused_number && until_the_end ? 2 : 1;
}

/* For Python. */

void matrix_set_up(const char *path) {
    snprintf(folder, sizeof folder, "%s", path);
    folder_length = strlen(folder);
}

void matrix_begin(const char *path) {
    pthread_mutex_lock(&turn);
    snprintf(root, sizeof root, "%s", path);
    root_length = strlen(root);
    used = 0;
    is_recording = 1;
    refused_kind = NEVER;
    pthread_mutex_unlock(&turn);
}

size_t matrix_end(void) {
    pthread_mutex_lock(&turn);
    is_recording = 0;
    refused_kind = NEVER;
    pthread_mutex_unlock(&turn);
    return used;
}

const unsigned char *matrix_record(void) { return record; }

void matrix_mark(int64_t number) {
    pthread_mutex_lock(&turn);
    if (is_recording) note(MARK, 0, 0, number, "", 0, NULL);
    pthread_mutex_unlock(&turn);
}

void matrix_refuse(int kind, int number, int error, int to_the_end) {
    pthread_mutex_lock(&turn);
    refused_kind = kind;
    refused_number = number;
    refused_errno = error;
    until_the_end = to_the_end;
    seen = was_refused = 0;
    pthread_mutex_unlock(&turn);
}

int matrix_has_refused(void) { return was_refused; }

/* Names. */

static int opened(int (*call)(int, const char *, int, mode_t), int at, const char *name, int flags, mode_t mode) {
    char path[4096];
    int needs_room = (flags & O_CREAT) || (flags & O_TRUNC);
    if (!needs_room) return call(at, name, flags, mode);
    whole_path(at, name, path);
    pthread_mutex_lock(&turn);
    if (!concerns_us(path)) {
        pthread_mutex_unlock(&turn);
        return call(at, name, flags, mode);
    }
    struct stat found;
    int was_there = !lstat(path, &found);
    int result;
    if (!was_there && is_refused(ROOM)) {
        note(REFUSED, refused_errno, 0, ROOM, path, strlen(path), NULL);
        errno = refused_errno;
        result = -1;
    } else {
        result = call(at, name, flags, mode);
        int error = errno;
        if (result >= 0 && !fstat(result, &found)) {
            if (!was_there)
                note(CREATE, 0, found.st_ino, 0, path, strlen(path), NULL);
            else if (flags & O_TRUNC)
                note(CUT, 0, found.st_ino, 0, path, strlen(path), NULL);
        }
        errno = error;
    }
    pthread_mutex_unlock(&turn);
    return result;
}

static int call_openat(int at, const char *name, int flags, mode_t mode) {
    return (int) syscall(SYS_openat, at, name, flags, mode);
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list list; \
        va_start(list, flags); \
        mode = (mode_t) va_arg(list, int); \
        va_end(list); \
    }

int open(const char *name, int flags, ...) { MODE(flags) return opened(call_openat, AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags) return opened(call_openat, AT_FDCWD, name, flags | O_LARGEFILE, mode); }
int openat(int at, const char *name, int flags, ...) { MODE(flags) return opened(call_openat, at, name, flags, mode); }
int openat64(int at, const char *name, int flags, ...) { MODE(flags) return opened(call_openat, at, name, flags | O_LARGEFILE, mode); }

/* A change of names: asked of the system, then noted. */
#define NAMES(kind, refusable, call, first_at, first, second_at, second) \
    char path[4096], other[4096]; \
    whole_path(first_at, first, path); \
    if (second) whole_path(second_at, second, other); \
    pthread_mutex_lock(&turn); \
    int result; \
    if (!concerns_us(path)) { \
        pthread_mutex_unlock(&turn); \
        return call; \
    } \
    struct stat found; \
    uint64_t inode = lstat(path, &found) ? 0 : found.st_ino; \
    if (refusable && (kind == MKDIR ? !inode : inode != 0) && is_refused(ROOM)) { \
        note(REFUSED, refused_errno, 0, ROOM, path, strlen(path), NULL); \
        errno = refused_errno; \
        result = -1; \
    } else { \
        result = call; \
        int error = errno; \
        if (!result) note(kind, 0, kind == MKDIR && !lstat(path, &found) ? found.st_ino : inode, 0, path, strlen(path), second ? other : NULL); \
        errno = error; \
    } \
    pthread_mutex_unlock(&turn); \
    return result;

#define NOTHING ((const char *) 0)
#pragma GCC diagnostic ignored "-Wnonnull-compare" /* of names that the macro also takes when there is none */

int unlink(const char *name) { NAMES(UNLINK, 0, (int) syscall(SYS_unlinkat, AT_FDCWD, name, 0), AT_FDCWD, name, 0, NOTHING) }
int rmdir(const char *name) { NAMES(RMDIR, 0, (int) syscall(SYS_unlinkat, AT_FDCWD, name, AT_REMOVEDIR), AT_FDCWD, name, 0, NOTHING) }
int unlinkat(int at, const char *name, int flags) {
    NAMES((flags & AT_REMOVEDIR ? RMDIR : UNLINK), 0, (int) syscall(SYS_unlinkat, at, name, flags), at, name, 0, NOTHING)
}
int mkdir(const char *name, mode_t mode) { NAMES(MKDIR, 1, (int) syscall(SYS_mkdirat, AT_FDCWD, name, mode), AT_FDCWD, name, 0, NOTHING) }
int mkdirat(int at, const char *name, mode_t mode) { NAMES(MKDIR, 1, (int) syscall(SYS_mkdirat, at, name, mode), at, name, 0, NOTHING) }
int rename(const char *from, const char *to) {
    NAMES(RENAME, 1, (int) syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0), AT_FDCWD, from, AT_FDCWD, to)
}
int renameat(int from_at, const char *from, int to_at, const char *to) {
    NAMES(RENAME, 1, (int) syscall(SYS_renameat2, from_at, from, to_at, to, 0), from_at, from, to_at, to)
}
int link(const char *from, const char *to) { NAMES(LINK, 1, (int) syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0), AT_FDCWD, from, AT_FDCWD, to) }
int linkat(int from_at, const char *from, int to_at, const char *to, int flags) {
    NAMES(LINK, 1, (int) syscall(SYS_linkat, from_at, from, to_at, to, flags), from_at, from, to_at, to)
}

/* Bytes. */

static ssize_t written(int descriptor, const void *bytes, size_t length, off_t offset, int moves) {
    char path[4096];
    uint64_t inode;
    pthread_mutex_lock(&turn);
    int ours = descriptor_concerns_us(descriptor, path, &inode);
    int refused = ours && length ? is_refused(refused_kind == WRITES ? WRITES : ROOM) : 0;
    ssize_t result;
    if (refused == 1 || (refused == 2 && length < 2)) {
        note(REFUSED, refused_errno, inode, ROOM, path, strlen(path), NULL);
        errno = refused_errno;
        result = -1;
    } else {
        if (refused == 2) {
            length /= 2;
            note(REFUSED, refused_errno, inode, ROOM, path, strlen(path), NULL);
        }
        off_t place = moves ? lseek(descriptor, 0, SEEK_CUR) : offset;
        result = moves ? syscall(SYS_write, descriptor, bytes, length) : syscall(SYS_pwrite64, descriptor, bytes, length, offset);
        int error = errno;
        if (ours && result > 0) {
            if (moves) place = lseek(descriptor, 0, SEEK_CUR) - result; /* of a file that is appended to, too */
            note(WRITE, 0, inode, place, bytes, (size_t) result, path);
        }
        errno = error;
    }
    pthread_mutex_unlock(&turn);
    return result;
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
    if (!is_recording) return syscall(SYS_write, descriptor, bytes, length);
    return written(descriptor, bytes, length, 0, 1);
}
ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) { return written(descriptor, bytes, length, offset, 0); }
ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off64_t offset) { return written(descriptor, bytes, length, offset, 0); }

static int cut(int descriptor, off_t length) {
    char path[4096];
    uint64_t inode;
    pthread_mutex_lock(&turn);
    int ours = descriptor_concerns_us(descriptor, path, &inode);
    int result = (int) syscall(SYS_ftruncate, descriptor, length);
    int error = errno;
    if (ours && !result) note(CUT, 0, inode, length, path, strlen(path), NULL);
    errno = error;
    pthread_mutex_unlock(&turn);
    return result;
}

int ftruncate(int descriptor, off_t length) { return cut(descriptor, length); }
int ftruncate64(int descriptor, off64_t length) { return cut(descriptor, length); }

static int allocated(int descriptor, int mode, off_t offset, off_t length) {
    char path[4096];
    uint64_t inode;
    struct stat found;
    pthread_mutex_lock(&turn);
    int ours = descriptor_concerns_us(descriptor, path, &inode);
    int result;
    if (ours && is_refused(ROOM)) {
        note(REFUSED, refused_errno, inode, ROOM, path, strlen(path), NULL);
        errno = refused_errno;
        result = -1;
    } else {
        result = (int) syscall(SYS_fallocate, descriptor, mode, offset, length);
        int error = errno;
        if (ours && !result && mode) note(STRANGE, 0, inode, 0, "fallocate", 9, path);
        if (ours && !result && !fstat(descriptor, &found)) note(CUT, 0, inode, found.st_size, path, strlen(path), NULL);
        errno = error;
    }
    pthread_mutex_unlock(&turn);
    return result;
}

int fallocate(int descriptor, int mode, off_t offset, off_t length) { return allocated(descriptor, mode, offset, length); }
int fallocate64(int descriptor, int mode, off64_t offset, off64_t length) { return allocated(descriptor, mode, offset, length); }
int posix_fallocate(int descriptor, off_t offset, off_t length) { return allocated(descriptor, 0, offset, length) ? errno : 0; }
int posix_fallocate64(int descriptor, off64_t offset, off64_t length) { return allocated(descriptor, 0, offset, length) ? errno : 0; }

static int flushed(int descriptor, long number) {
    char path[4096];
    uint64_t inode;
    pthread_mutex_lock(&turn);
    int ours = descriptor_concerns_us(descriptor, path, &inode);
    int result = 0;
    if (ours && is_refused(FLUSHES)) {
        note(REFUSED, refused_errno, inode, FLUSHES, path, strlen(path), NULL);
        errno = refused_errno;
        result = -1;
    } else if (ours)
        note(FLUSH, 0, inode, 0, path, strlen(path), NULL);
    else if (!path_of(descriptor, path) || !is_below(path, folder, folder_length))
        result = (int) syscall(number, descriptor);
    pthread_mutex_unlock(&turn);
    return result;
}

int fsync(int descriptor) { return flushed(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return flushed(descriptor, SYS_fdatasync); }

/* Ways to change a file of which nothing above would know: told, so that no test believes that it has seen all. */

static void strange(int descriptor, const char *what) {
    char path[4096];
    uint64_t inode;
    pthread_mutex_lock(&turn);
    if (descriptor_concerns_us(descriptor, path, &inode)) note(STRANGE, 0, inode, 0, what, strlen(what), path);
    pthread_mutex_unlock(&turn);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    strange(descriptor, "writev");
    return syscall(SYS_writev, descriptor, parts, count);
}
ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    REAL(ssize_t, pwritev, int, const struct iovec *, int, off_t);
    strange(descriptor, "pwritev");
    return real_pwritev(descriptor, parts, count, offset);
}
ssize_t pwritev2(int descriptor, const struct iovec *parts, int count, off_t offset, int flags) {
    REAL(ssize_t, pwritev2, int, const struct iovec *, int, off_t, int);
    strange(descriptor, "pwritev2");
    return real_pwritev2(descriptor, parts, count, offset, flags);
}
ssize_t sendfile(int to, int from, off_t *offset, size_t count) {
    strange(to, "sendfile");
    return syscall(SYS_sendfile, to, from, offset, count);
}
ssize_t copy_file_range(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t length, unsigned flags) {
    strange(to, "copy_file_range");
    return syscall(SYS_copy_file_range, from, from_offset, to, to_offset, length, flags);
}
void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset) {
    if (is_recording && descriptor >= 0 && (flags & MAP_SHARED) && (protection & PROT_WRITE)) strange(descriptor, "mmap");
    return (void *) syscall(SYS_mmap, address, length, protection, flags, descriptor, offset);
}
void *mmap64(void *address, size_t length, int protection, int flags, int descriptor, off64_t offset) {
    return mmap(address, length, protection, flags, descriptor, offset);
}
