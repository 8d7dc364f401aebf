/** Folders that open the host with all below them. */
const opening = /^(?:\/|\/(?:etc|root|proc|sys|dev|boot|home|usr|bin|sbin|lib|lib64|run|var)|\/var\/(?:run|lib))$/;
/** Places within them that do so by themselves. */
const within =
  /^\/(?:etc\/(?:shadow|gshadow|passwd|sudoers|ssh|kubernetes|cni|systemd|cron|docker|ld\.so\.preload)|root\/|proc\/|boot\/|sys\/(?!fs\/cgroup$)|var\/lib\/(?:docker|kubelet|containerd|containers|etcd|rancher)|usr\/(?:s?bin|lib(?:64)?)(?:\/|$)|dev\/(?:mem|kmem|sd|nvme|vd|mapper))/;
/** Harmless and usual. */
const usual = /^\/(?:etc\/(?:localtime|timezone)|usr\/share\/zoneinfo(?:\/.*)?|dev\/(?:shm|null|dri|fuse|net\/tun))$/;

/** Whether a container that sees this path of the host, given as it is written, holds the host's keys, accounts or processes. */
export function opensHost(path: string): boolean {
  const plain = plainPath(path);
  return !usual.test(plain) && (opening.test(plain) || within.test(plain));
}

/** Without doubled slashes, `.` and `..`. */
function plainPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.slice(0, 4096).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
