import type { RunOption } from './run-option.js';

/** Folders that open the host with all below them. */
const opening = /^(?:\/|\/(?:etc|root|proc|sys|dev|boot|home|usr|bin|sbin|lib|lib64|run|var)|\/var\/(?:run|lib))$/;
/** Places within them that do so by themselves. */
const within =
  /^\/(?:etc\/(?:shadow|gshadow|passwd|sudoers|ssh|kubernetes|cni|systemd|cron|docker|ld\.so\.preload)|root\/|proc\/|boot\/|sys\/(?!fs\/cgroup$)|var\/lib\/(?:docker|kubelet|containerd|containers|etcd|rancher)|usr\/(?:s?bin|lib(?:64)?)(?:\/|$)|dev\/(?:mem|kmem|sd|nvme|vd|mapper))/;
/** Harmless, and mounted by many: the clock's zone, devices that programs of users open. */
const usual = /^\/(?:etc\/(?:localtime|timezone)|usr\/share\/zoneinfo(?:\/.*)?|dev\/(?:shm|null|dri|fuse|net\/tun))$/;

/** Whether a container that sees this path of the host, given as it is written, holds the host's keys, accounts or processes. */
export function opensHost(path: string): boolean {
  const plain = plainPath(path);
  return !usual.test(plain) && (opening.test(plain) || within.test(plain));
}

/** Whether a path of the host, given as it is written, is one that many containers see, and harmless. */
export function isUsualPath(path: string): boolean {
  return usual.test(plainPath(path));
}

/** An absolute path without doubled slashes, `.` and `..`. */
export function plainPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The path of the host in a volume as `-v` and Compose write it short, `SOURCE:TARGET`; undefined for a volume of the engine. */
export function volumeSource(volume: string): string | undefined {
  const [source = ''] = volume.split(':', 1);
  return source.startsWith('/') && volume.includes(':') ? source : undefined;
}

/** Paths of the host that an option mounts. */
export function hostPathsOf({ name, value }: Pick<RunOption, 'name' | 'value'>): readonly string[] {
  const source =
    name === 'volume'
      ? volumeSource(value)
      : name === 'mount'
        ? /(?:^|,)(?:source|src)=([^,]+)/.exec(value)?.[1]
        : undefined;
  return source?.startsWith('/') ? [source] : [];
}
