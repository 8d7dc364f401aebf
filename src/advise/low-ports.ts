import { engines, type Advice, type AdviceEvidence, type Confidence, type Engine } from './advice.js';
import type { CapabilityNeed } from './capability-need.js';
import { firstFreePort, formatPort } from './port.js';
import type { AdviceSubject } from './subject.js';

/** Docker sets ip_unprivileged_port_start to 0 in every container since 20.10; the others leave the kernel's 1024. */
const keepingPrivilege: readonly Engine[] = engines.filter((engine) => engine !== 'docker');
const dockerFree = 'Docker needs none for it since 20.10, outside the host’s network';

/** What binding a port below 1024 takes: a capability for root, who alone can be given one; a sysctl for everybody else. */
export function lowPorts(subject: AdviceSubject): {
  readonly needs: readonly CapabilityNeed[];
  readonly sysctls: readonly Advice[];
} {
  const low = lowestOf(subject);
  if (!low) return { needs: [], sysctls: [] };
  const { words, evidence, confidence } = low;
  const shared = { engines: keepingPrivilege, evidence, confidence };
  if (subject.user.kind === 'root') {
    const reason = `${words} is below ${firstFreePort}; ${dockerFree}`;
    return { needs: [{ capability: 'NET_BIND_SERVICE', reason, ...shared }], sysctls: [] };
  }
  const reason = `${words} is below ${firstFreePort} and engines cannot give a capability to a user who is not root; ${dockerFree}`;
  const value = `net.ipv4.ip_unprivileged_port_start=${low.port}`;
  return { needs: [], sysctls: [{ setting: 'sysctl', value, reason, ...shared }] };
}

interface LowPort {
  readonly port: number;
  readonly words: string;
  readonly evidence: readonly AdviceEvidence[];
  readonly confidence: Confidence;
}

/** Of the ports that the config exposes; where it exposes none, of those that its services listen on unless told otherwise. */
function lowestOf({ ports, run, services }: AdviceSubject): LowPort | undefined {
  const low = ports.filter(({ first }) => first < firstFreePort).sort((a, b) => a.first - b.first);
  const [lowest] = low;
  if (lowest) {
    const listed = low.slice(0, 4).map(formatPort).join(', ');
    const evidence: AdviceEvidence = { type: 'config', field: 'config.ExposedPorts', value: listed };
    return { port: lowest.first, words: `port ${listed}`, evidence: [evidence], confidence: 'from config' };
  }
  if (run.exposedPorts.length > 0) return undefined;
  const [usual] = services.found.filter(({ service }) => service.ports.length > 0);
  const port = usual && Math.min(...usual.service.ports);
  if (!usual || port === undefined) return undefined;
  const words = `port ${port}, where ${usual.service.name} listens unless told otherwise,`;
  return { port, words, evidence: usual.evidence, confidence: 'guess' };
}
