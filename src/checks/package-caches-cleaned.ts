import { formatBytes } from '../core/byte-size.js';
import type { Examination } from '../examination/examination.js';
import type { LayerLeftovers } from '../examination/package-leftovers.js';
import { fileEvidence, layerOf, type Check, type Finding } from './check.js';
import { layerWords } from './layer-words.js';

export const packageCachesCleaned: Check = {
  id: 'package-caches-cleaned',
  asks: 'Did the steps that install packages leave none of their caches in the layers?',
  reason:
    'Metadata and packages that were fetched for one step are carried by every pull of the image, and old metadata misleads the next step; what a higher layer deletes is only hidden.',
  remedy:
    'Clean in the same RUN that installs (dnf clean all; rm -rf /var/lib/apt/lists/*), or mount a cache over the folder (RUN --mount=type=cache).',
  guide: '3.2',
  mendedByRebuild: false,
  evaluate(examination) {
    const { content } = examination;
    if (!content) return [{ outcome: 'unknown', message: 'the layers were not read', evidence: [], idle: true }];
    const caches = content.leftovers.filter((one) => one.use === 'cache');
    const visible = caches.filter((one) => one.hiddenBy === undefined);
    const hidden = caches.filter((one) => one.hiddenBy !== undefined);
    const findings = [...failures(examination, visible), ...failures(examination, hidden)];
    const records = notes(content.leftovers.filter((one) => one.use === 'record'));
    const [first, ...rest] = findings;
    if (first) return [first, ...rest, ...records];
    const left = sum(caches);
    const aside = left > 0 ? `: ${formatBytes(left)} in ${foldersOf(caches)}, too little to matter` : '';
    const message = `no cache of a package manager worth a word is in the layers${aside}`;
    return [{ outcome: 'pass', message, evidence: [] }, ...records];
  },
};

/** Lock files, empty lists and the like: below this, all together, nothing is said against them. */
const least = 64 * 1024;
/** More layers than this are summed up. */
const layerLimit = 20;

/** One finding a layer that left as much; those with less are counted in the last. */
function failures(examination: Examination, groups: readonly LayerLeftovers[]): Finding[] {
  if (sum(groups) < least) return [];
  const told = Math.max(1, Math.min(layerLimit, groups.filter((one) => one.bytes >= least).length));
  const rest = groups.slice(told);
  return groups.slice(0, told).map((group, i) => {
    const more =
      i === told - 1 && rest.length > 0
        ? `; ${formatBytes(sum(rest))} more in ${count(rest.length, 'smaller heap')}`
        : '';
    return failure(examination, group, more);
  });
}

function failure(examination: Examination, group: LayerLeftovers, more: string): Finding {
  const { layer, hiddenBy, origin, bytes, files, unlisted, largest } = group;
  const who = `${layerWords(examination, layer)}${origin === 'base' ? ' of the base' : ''}`;
  const what = `${formatBytes(bytes)} in ${count(files, 'file')} in ${foldersOf([group])}`;
  const doubt = unlisted > 0 ? ` (${unlisted} of them were only counted)` : '';
  const evidence = largest.map((path) => fileEvidence(examination, layer, path));
  const listed = more === '' && largest.length === files ? {} : { partial: true as const };
  if (hiddenBy === undefined) {
    const remedy = origin === 'base' ? baseRemedy : packageCachesCleaned.remedy;
    return { outcome: 'fail', message: `${who} leaves ${what}${doubt}${more}`, evidence, remedy, ...listed };
  }
  return {
    outcome: 'fail',
    message: `${who} still ships ${what}${doubt}, though ${layerWords(examination, hiddenBy)} hides them${more}`,
    evidence: [...evidence, { type: 'layer', ...layerOf(examination, hiddenBy) }],
    remedy: origin === 'base' ? baseRemedy : hiddenRemedy,
    ...listed,
  };
}

const hiddenRemedy =
  'Clean in the RUN that fills the cache: what a later layer deletes is hidden, and shipped all the same.';
const baseRemedy =
  'Ask for a base without them, or flatten the image: what a layer above the base’s deletes is shipped all the same.';

/** What a package manager knows of earlier runs is no cache: said where it is large, and held against nobody. */
function notes(records: readonly LayerLeftovers[]): Finding[] {
  const bytes = sum(records);
  if (bytes < least) return [];
  const where = foldersOf(records);
  return [
    {
      outcome: 'pass',
      message: `histories and logs of package managers take ${formatBytes(bytes)} in ${where}`,
      evidence: [],
    },
  ];
}

function sum(groups: readonly LayerLeftovers[]): number {
  return groups.reduce((bytes, one) => bytes + one.bytes, 0);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function foldersOf(groups: readonly LayerLeftovers[]): string {
  return [...new Set(groups.flatMap((one) => one.folders.map(({ folder }) => `/${folder}`)))].join(', ');
}
