import { engines, type Advice, type AdviceEvidence, type Confidence } from './advice.js';
import { envPaths } from './env-paths.js';
import type { AdviceSubject } from './subject.js';

/** Paths that every shell, engine and manifest takes as they are; another is left out, and said. */
const plainPath = /^(?:\/[A-Za-z0-9_@%+=-][A-Za-z0-9._@%+=-]*|\/\.[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;
/** What the engine itself puts there must stay. */
const ofTheEngine = /^\/(?:proc|sys|dev|etc\/(?:hosts|hostname|resolv\.conf))(?:\/|$)/;
const pathLimit = 1024;
/** Images that declare more are nobody's work. */
const volumeLimit = 100;

function isMountable(path: string): boolean {
  return path.length <= pathLimit && plainPath.test(path) && !ofTheEngine.test(path);
}

export interface WritablePaths {
  readonly advice: readonly Advice[];
  /** Volumes of the config that are no path to mount at. */
  readonly refused: readonly string[];
}

/**
 * A read-only root, with what the image seems to write mounted: declared volumes, the folders of known services that the
 * image has, folders of state, /tmp and /run. An init writes where its units do, so its root stays writable.
 */
export function adviseWritablePaths(subject: AdviceSubject): WritablePaths {
  const { volumes, refused } = declaredVolumes(subject);
  const init = subject.services.found.find(({ service }) => service.init);
  const readOnly: Advice = init
    ? {
        setting: 'read-only',
        value: 'false',
        engines,
        reason: `${init.service.name} and its units write into /etc and /var, where nobody can tell beforehand`,
        evidence: init.evidence,
        confidence: 'guess',
      }
    : {
        setting: 'read-only',
        value: 'true',
        engines,
        reason: 'what breaks in cannot change programs and settings; what is written must be mounted, as below',
        evidence: [],
        confidence: 'guess',
      };
  const told = [...volumes, ...toldVolumes(subject, volumes)];
  const lasting = [...told, ...stateFolders(subject, told)];
  const paths = [...lasting];
  const mounted = new Set(paths.map(({ value }) => value));
  const isCovered = (path: string): boolean =>
    lasting.some(({ value }) => path === value || path.startsWith(`${value}/`));
  for (const one of temporary(subject)) {
    if (isCovered(one.value) || mounted.has(one.value)) continue;
    mounted.add(one.value);
    paths.push(one);
  }
  return { advice: [readOnly, ...paths], refused };
}

function declaredVolumes({ run }: AdviceSubject): { readonly volumes: Advice[]; readonly refused: readonly string[] } {
  const volumes: Advice[] = [];
  const refused: string[] = [];
  for (const declared of run.volumes.slice(0, volumeLimit)) {
    const path = declared.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
    if (!isMountable(path)) {
      refused.push(declared);
      continue;
    }
    if (volumes.some(({ value }) => value === path)) continue;
    volumes.push({
      setting: 'volume',
      value: path,
      engines,
      reason: 'the image declares it a volume: what lies there must outlive the container',
      evidence: [{ type: 'config', field: 'config.Volumes', value: path }],
      confidence: 'from config',
    });
  }
  return { volumes, refused: [...refused, ...run.volumes.slice(volumeLimit)] };
}

/** Folders that Env names for what must last, outside the volumes. */
function toldVolumes({ run }: AdviceSubject, volumes: readonly Advice[]): Advice[] {
  return envPaths(run)
    .filter(({ setting, path }) => setting === 'volume' && isMountable(path))
    .filter(({ path }) => !volumes.some(({ value }) => path === value || path.startsWith(`${value}/`)))
    .map(({ path, variable }) => ({
      setting: 'volume',
      value: path,
      engines,
      reason: `${variable} says that data is kept there, and no volume is declared for it`,
      evidence: [{ type: 'config', field: 'config.Env', value: variable }],
      confidence: 'from config',
    }));
}

/** Folders where services keep what must last, which the image has and no volume is declared for, in it or above it. */
function stateFolders({ content }: AdviceSubject, volumes: readonly Advice[]): Advice[] {
  const found: Advice[] = [];
  for (const { fact, layer } of content.state) {
    if (fact.use !== 'state' || fact.directory !== true) continue;
    const path = `/${fact.path}`;
    const isNear = ({ value }: Advice): boolean =>
      value === path || path.startsWith(`${value}/`) || value.startsWith(`${path}/`);
    if (!isMountable(path) || [...volumes, ...found].some(isNear)) continue;
    found.push({
      setting: 'volume',
      value: path,
      engines,
      reason: 'a service keeps its data there, and no volume is declared for it',
      evidence: [{ type: 'file', path, layer }],
      confidence: 'guess',
    });
  }
  return found;
}

/** What may be lost with the container. */
function temporary(subject: AdviceSubject): readonly Advice[] {
  const { services, user } = subject;
  const tmpfs = (
    value: string,
    reason: string,
    evidence: readonly AdviceEvidence[],
    confidence: Confidence,
  ): Advice => ({ setting: 'tmpfs', value, engines, reason, evidence, confidence });
  const run =
    services.found.length > 0 || user.kind === 'root'
      ? [tmpfs('/run', 'services keep their process ids and sockets there', [], 'guess')]
      : [];
  const written = services.found.flatMap(({ service, evidence, program }) =>
    service.writes.flatMap((path) => {
      const place = folderAt(subject, path);
      return place === undefined || sendsElsewhere(subject, path)
        ? []
        : [
            tmpfs(
              `/${path}`,
              `${service.name} writes there, and the image has the folder`,
              [{ type: 'file', path: `/${path}`, layer: place }, ...evidence],
              program ? 'from config' : 'from packages',
            ),
          ];
    }),
  );
  const told = envPaths(subject.run)
    .filter(({ setting, path }) => setting === 'tmpfs' && isMountable(path))
    .map(({ path, variable }) =>
      tmpfs(
        path,
        `${variable} says that files come and go there`,
        [{ type: 'config', field: 'config.Env', value: variable }],
        'from config',
      ),
    );
  return [tmpfs('/tmp', 'nearly every program may want it', [], 'guess'), ...run, ...told, ...written];
}

/** The layer that a folder comes from. */
function folderAt({ stack }: AdviceSubject, path: string): number | undefined {
  const there = stack.at(path);
  return there.kind === 'nothing' ? undefined : there.layer;
}

/** Images link these to the standard output; a mount above would hide that, and lose the logs. */
const logNames = ['access.log', 'error.log', 'access_log', 'error_log'];

function sendsElsewhere({ stack }: AdviceSubject, path: string): boolean {
  return path.startsWith('var/log/') && logNames.some((name) => stack.at(`${path}/${name}`).kind === 'entry');
}
