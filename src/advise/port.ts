/** A line of ExposedPorts. */
export interface Port {
  readonly first: number;
  readonly last: number;
  readonly protocol: string;
}

/** Below it the kernel asks for NET_BIND_SERVICE, unless net.ipv4.ip_unprivileged_port_start is lower (ip-sysctl). */
export const firstFreePort = 1024;

/** `80`, `80/tcp`, `8000-8010/udp`; undefined for what is no port. */
export function parsePort(text: string): Port | undefined {
  const found = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(text.trim());
  if (!found) return undefined;
  const first = Number(found[1]);
  const last = Number(found[2] ?? found[1]);
  if (first < 1 || last > 65_535 || last < first) return undefined;
  return { first, last, protocol: (found[3] ?? 'tcp').toLowerCase() };
}

export function formatPort({ first, last, protocol }: Port): string {
  return `${first === last ? first : `${first}-${last}`}/${protocol}`;
}
