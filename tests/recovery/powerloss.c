/* What a disk keeps when the power goes: preloaded into a process, it notes at each fsync what that fsync made durable.
 *
 * The strictest reading of POSIX is taken: a file's bytes are durable as of its last fsync, its name as of the last
 * fsync of its folder. Under $POWERLOSS_SHADOW, `file/ID` holds the durable bytes of a file and `folder/ID` the durable
 * entries of a folder (name TAB ID TAB type). An ID is inode and birth time, because inodes are reused.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

static int identify(int dir, const char *name, int flags, char *out, size_t size, mode_t *mode) {
  struct statx found;
  if (statx(dir, name, flags | AT_SYMLINK_NOFOLLOW, STATX_INO | STATX_BTIME | STATX_MODE, &found) != 0) return -1;
  snprintf(out, size, "%llu.%lld.%u", (unsigned long long)found.stx_ino, (long long)found.stx_btime.tv_sec,
           found.stx_btime.tv_nsec);
  *mode = found.stx_mode;
  return 0;
}

static void copy_bytes(int from, const char *to) {
  char temporary[PATH_MAX + 64], buffer[1 << 16];
  snprintf(temporary, sizeof temporary, "%s.%d", to, (int)gettid());
  int out = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) return;
  off_t at = 0;
  ssize_t got;
  while ((got = pread(from, buffer, sizeof buffer, at)) > 0) {
    if (write(out, buffer, got) != got) break;
    at += got;
  }
  close(out);
  rename(temporary, to);
}

static void list_folder(const char *path, const char *to) {
  char temporary[PATH_MAX + 64], id[96];
  snprintf(temporary, sizeof temporary, "%s.%d", to, (int)gettid());
  DIR *folder = opendir(path);
  if (!folder) return;
  FILE *out = fopen(temporary, "we");
  if (!out) { closedir(folder); return; }
  struct dirent *entry;
  mode_t mode;
  while ((entry = readdir(folder))) {
    if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    if (identify(dirfd(folder), entry->d_name, 0, id, sizeof id, &mode) != 0) continue;
    if (S_ISREG(mode) || S_ISDIR(mode)) fprintf(out, "%s\t%s\t%c\n", entry->d_name, id, S_ISDIR(mode) ? 'd' : 'f');
  }
  fclose(out);
  closedir(folder);
  rename(temporary, to);
}

static void note(int fd) {
  const char *root = getenv("POWERLOSS_ROOT"), *shadow = getenv("POWERLOSS_SHADOW");
  if (!root || !shadow) return;
  int kept = errno;
  char link[64], path[PATH_MAX], to[PATH_MAX], id[96];
  mode_t mode;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length > 0) {
    path[length] = 0;
    if (!strncmp(path, root, strlen(root)) && identify(fd, "", AT_EMPTY_PATH, id, sizeof id, &mode) == 0) {
      snprintf(to, sizeof to, "%s/%s/%s", shadow, S_ISDIR(mode) ? "folder" : "file", id);
      if (S_ISDIR(mode)) {
        list_folder(path, to);
      } else if (S_ISREG(mode)) {
        int in = open(link, O_RDONLY | O_CLOEXEC);
        if (in >= 0) {
          copy_bytes(in, to);
          close(in);
        }
      }
    }
  }
  errno = kept;
}

int fsync(int fd) {
  if (!real_fsync) real_fsync = dlsym(RTLD_NEXT, "fsync");
  int result = real_fsync(fd);
  if (result == 0) note(fd);
  return result;
}

int fdatasync(int fd) {
  if (!real_fdatasync) real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  int result = real_fdatasync(fd);
  if (result == 0) note(fd);
  return result;
}
