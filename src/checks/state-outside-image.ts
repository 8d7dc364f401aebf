import type { StatePath } from '../analyzers/state-paths.js';
import { formatBytes } from '../core/byte-size.js';
import { groupBy } from '../core/group.js';
import type { Examination } from '../examination/examination.js';
import type { Seen } from '../layer/squash.js';
import { configEvidence, evidenceLimit, fileEvidence, type Check, type Finding } from './check.js';
import { listed, shown } from './finding-words.js';
import { layerWords } from './layer-words.js';

export const stateOutsideImage: Check = {
  id: 'state-outside-image',
  asks: 'Does what services write lie outside the image?',
  reason:
    'An image is made anew and thrown away: state and logs in its layers are lost with it, the same in every copy, and read by whoever pulls it.',
  remedy:
    'Keep data out of the build; declare the folder a VOLUME, mount it when the container runs, and log to standard output.',
  guide: '3.5',
  mendedByRebuild: false,
  evaluate(examination) {
    const { content, image } = examination;
    if (!content) return [{ outcome: 'unknown', message: 'the layers were not read', evidence: [], idle: true }];
    const { volumes } = image.config.run;
    const covered = (path: string): boolean => volumes.some((volume) => lies(path, volume));
    const outside = content.state.filter(({ fact }) => !covered(fact.path));
    const files = outside.filter(({ fact }) => fact.directory !== true);
    const heaps = [...groupBy(files, ({ fact }) => `${fact.use} ${fact.folder}`).values()].filter(isWorthAWord);
    const [first, ...rest] = failures(
      examination,
      heaps.sort((a, b) => bytesOf(b) - bytesOf(a)),
    );
    const notes = [
      ...emptyFolders(examination, outside, heaps),
      ...inVolumes(content.state.filter(({ fact }) => fact.directory !== true && covered(fact.path))),
    ];
    if (first) return [first, ...rest, ...notes];
    const declared = volumes.length === 0 ? 'no volume is declared' : `volumes: ${listed(volumes.map(shown))}`;
    const evidence = volumes.length === 0 ? [] : [configEvidence(examination, 'config.Volumes')];
    return [{ outcome: 'pass', message: `no state of a service is in the layers; ${declared}`, evidence }, ...notes];
  },
};

/** Whether a path of the image is a volume, or lies in it. */
function lies(path: string, volume: string): boolean {
  const folder = volume.replace(/\/{2,}/g, '/').replace(/^\/|\/$/g, '');
  return folder !== '' && (path === folder || path.startsWith(`${folder}/`));
}

/** Dot files of a service's user, sockets' folders, an empty log: below this nothing is said, unless a database was started. */
const least = 64 * 1024;
/** More folders than this are summed up. */
const folderLimit = 20;

type Heap = readonly Seen<StatePath>[];

function isWorthAWord(heap: Heap): boolean {
  return bytesOf(heap) >= least || heap.some(({ fact }) => fact.marker === true);
}

function failures(examination: Examination, heaps: readonly Heap[]): Finding[] {
  const { remedy } = stateOutsideImage;
  const findings = heaps.slice(0, folderLimit).map((heap): Finding => {
    const layers = [...new Set(heap.map(({ layer }) => layer))];
    const highest = Math.max(...layers);
    const others = layers.length > 1 ? ` and ${layers.length - 1} more` : '';
    const [first] = heap;
    const what = first?.fact.use === 'log' ? 'logs' : 'a service’s state';
    const sorted = [...heap].sort((a, b) => b.fact.size - a.fact.size).filter(({ fact }) => !fact.unlisted);
    return {
      outcome: 'fail',
      message: `/${first?.fact.folder ?? ''} holds ${amountOf(heap)} of ${what}, and no volume is declared for it: ${layerWords(examination, highest)}${others}`,
      evidence: sorted.slice(0, evidenceLimit).map(({ fact, layer }) => fileEvidence(examination, layer, fact.path)),
      remedy,
      ...(sorted.length < heap.length ? { partial: true } : {}),
    };
  });
  const left = heaps.slice(folderLimit).flat();
  if (left.length > 0) {
    findings.push({ outcome: 'fail', message: `${amountOf(left)} of state lie in more folders`, evidence: [], remedy });
  }
  return findings;
}

/** A service was installed, and nothing says where its data go. */
function emptyFolders(examination: Examination, outside: Heap, heaps: readonly Heap[]): Finding[] {
  const told = new Set(heaps.map(([first]) => first?.fact.folder));
  const folders = outside.filter(({ fact }) => fact.directory === true && !told.has(fact.folder));
  if (folders.length === 0) return [];
  const within = (folder: string): boolean =>
    examination.image.config.run.volumes.some((volume) => volume.startsWith(`/${folder}/`));
  const open = folders.filter(({ fact }) => !within(fact.folder));
  if (open.length === 0) return [];
  const names = listed(open.map(({ fact }) => `/${fact.folder}`));
  return [
    {
      outcome: 'pass',
      message: `nothing is in ${names} yet, and no volume is declared for it: mount one when it runs`,
      evidence: open.slice(0, evidenceLimit).map(({ fact, layer }) => fileEvidence(examination, layer, fact.path)),
    },
  ];
}

function inVolumes(files: Heap): Finding[] {
  if (bytesOf(files) < least) return [];
  const folders = [...new Set(files.map(({ fact }) => `/${fact.folder}`))];
  return [
    {
      outcome: 'pass',
      message: `${amountOf(files)} in ${listed(folders)} are what a new volume begins with`,
      evidence: [],
    },
  ];
}

function amountOf(heap: Heap): string {
  const count = heap.reduce((sum, { fact }) => sum + (fact.unlisted ?? 1), 0);
  return `${formatBytes(bytesOf(heap))} in ${count} ${count === 1 ? 'file' : 'files'}`;
}

function bytesOf(heap: Heap): number {
  return heap.reduce((sum, { fact }) => sum + fact.size, 0);
}
