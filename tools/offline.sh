#!/bin/sh
# Run a command where there is no network at all: an empty network namespace of the kernel, in which
# only the loopback device is up. Where the system does not allow that, say so and run it anyway.
# Usage: tools/offline.sh COMMAND [WORD...]
#
# The command sees NO_NETWORK=1 if, and only if, the namespace is there. A user who is not root
# becomes root for the moment in which the device is brought up, and is himself again after it.
set -u
: "${1:?command to run}"
up='import fcntl, socket, struct
fcntl.ioctl(socket.socket(), 0x8914, struct.pack("16sH22x", b"lo", 1))  # SIOCSIFFLAGS, IFF_UP'
user=$(id -u) group=$(id -g)

alone() {
  if [ "$user" = 0 ]; then
    unshare --net sh -c 'python3 -c "$0" && exec env NO_NETWORK=1 "$@"' "$up" "$@"
  else
    unshare --map-root-user --net sh -c 'python3 -c "$0" && exec env NO_NETWORK=1 \
      unshare --user --map-user='"$user"' --map-group='"$group"' -- "$@"' "$up" "$@"
  fi
}

unset NO_NETWORK
if alone true 2>/dev/null; then
  alone "$@"
else
  echo 'No network namespace of its own is allowed here: the network stays within reach' >&2
  exec "$@"
fi
