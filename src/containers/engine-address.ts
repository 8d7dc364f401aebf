export function isTcp(address: string): boolean {
  return /^tcp:/i.test(address);
}

export interface EnginePort {
  readonly port: number;
  readonly tls: boolean;
}

/** As IANA has them: docker and docker-s. */
const enginePorts: readonly EnginePort[] = [
  { port: 2375, tls: false },
  { port: 2376, tls: true },
];

/** The ports of an engine among those that an image exposes: `2375`, `2375/tcp`, `2370-2380/tcp`. */
export function enginePortsIn(exposed: string): readonly EnginePort[] {
  const [, from, to = from, protocol = 'tcp'] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(\w+))?$/.exec(exposed) ?? [];
  if (from === undefined || protocol.toLowerCase() !== 'tcp') return [];
  return enginePorts.filter(({ port }) => Number(from) <= port && port <= Number(to));
}
