import type { Content, Examination } from '../examination/examination.js';
import { updateLayers, type UpdateLayer } from '../freshness/update-layers.js';
import { evidenceLimit, layerOf, type Check, type Finding } from './check.js';
import { layerWords } from './layer-words.js';
import { newerPackages, type NewerPackage } from './newer-packages.js';

export const updateLayerCurrent: Check = {
  id: 'update-layer-current',
  asks: 'Did every step that updates packages run with the packages of today, or was its layer taken from a build cache?',
  reason:
    'A builder reuses the layer of a step whose text has not changed: the image then looks updated, and holds the packages of the day on which the step last ran.',
  remedy:
    'Rebuild with that step’s cache broken (--no-cache, or an ARG before it with a new value each time), or leave the update out and rebuild on a newer base.',
  guide: '3.3',
  mendedByRebuild: true,
  evaluate(examination) {
    const { content, image, base, now } = examination;
    if (!content) return [{ outcome: 'unknown', message: 'the layers were not read', evidence: [], idle: true }];
    if (image.layers.length > 0 && image.layers.every((layer) => layer.instruction === undefined)) {
      return [
        {
          outcome: 'unknown',
          message: 'the history does not say which step updates packages',
          evidence: [],
          idle: true,
        },
      ];
    }
    const inherited = base && (base.proof === 'layers' || base.proof === 'diff-ids') ? base.layers : 0;
    const updates = updateLayers(image, content.packages, inherited, now);
    const findings = updates.slice(0, findingLimit).map((update) => judge(examination, content, update));
    const [first, ...rest] = findings;
    if (!first) {
      const whose = inherited > 0 ? ' of its own' : '';
      return [{ outcome: 'pass', message: `no step${whose} updates packages`, evidence: [], idle: true }];
    }
    const more = updates.length - findings.length;
    if (more > 0) rest.push({ outcome: 'unknown', message: `${more} more steps update packages`, evidence: [] });
    return [first, ...rest];
  },
};

const findingLimit = 20;

function judge(examination: Examination, content: Content, update: UpdateLayer): Finding {
  const { layer, step } = update;
  const here: Finding['evidence'] = [{ type: 'layer', ...layerOf(examination, layer) }];
  const who = `${step.command} of ${layerWords(examination, layer)}`;
  const unread = notJudged(content, update);
  if (unread !== undefined) {
    return { outcome: 'unknown', message: `${who} is not judged: ${unread}`, evidence: here, idle: true };
  }
  const { remedy } = updateLayerCurrent;
  const what = `${who} ${dateWords(update, examination.now)}`;
  const fits = (owner: number): boolean => (step.limited ? owner === layer : owner <= layer);
  const { newer, where, byRepository, doubts } = newerPackages(examination, content, fits);
  if (newer.length > 0) {
    const evidence = [...here, ...newer.map((one) => one.evidence)].slice(0, evidenceLimit);
    const message = `${what}: ${newerWords(newer, update)} in ${where ?? ''}`;
    return { outcome: 'fail', message, evidence, remedy, ...(doubts.length > 0 ? { partial: true as const } : {}) };
  }
  const more = 'name a repository with --repo';
  if (where === undefined) {
    const reason = doubts.length > 0 ? doubts.join('; ') : 'neither a base nor a repository was compared';
    const message = `${what}; whether there is anything newer is not known: ${reason}`;
    return { outcome: 'unknown', message, evidence: here, remedy: more, idle: true };
  }
  const nothing = `${what}; no package${step.limited ? ' that it brought' : ''} is older than in ${where}`;
  if (doubts.length > 0) {
    const message = `${nothing}, but not all could be compared: ${doubts.join('; ')}`;
    return { outcome: 'unknown', message, evidence: here };
  }
  if (update.gap && !byRepository) {
    const message = `${nothing}, which does not tell what an update of today would bring`;
    return { outcome: 'unknown', message, evidence: here, remedy: more, idle: true };
  }
  return { outcome: 'pass', message: nothing, evidence: here };
}

function notJudged({ packages }: Content, { step }: UpdateLayer): string | undefined {
  const { state } = packages;
  if (state.outcome === 'none') return 'no RPM database';
  if (step.family === 'apt' || step.family === 'apk') return 'its packages are no RPMs';
  if (packages.packages.length > 0) return undefined;
  return state.problems[0] ?? 'the RPM database holds no package';
}

/** `is of 2024-01-10 (newest package installed), 87 days before layer 5 was made`. */
function dateWords({ brought, date, gap }: UpdateLayer, now: Date): string {
  if (brought === 0) return 'brought no package: it may have found nothing to update';
  if (!date) return `brought ${packagesOf(brought)}, none with a date that can be believed`;
  const day = new Date(date.time).toISOString().slice(0, 10);
  if (date.by === 'built')
    return `is of ${day} or later (newest package built; the times of installation are placeholders)`;
  const days = Math.max(0, Math.floor((now.getTime() - date.time) / 86_400_000));
  const ago = days === 0 ? 'today' : `${daysOf(days)} ago`;
  const since = gap ? `${daysOf(gap.days)} before ${gap.event}` : ago;
  return `is of ${day} (newest package installed), ${since}`;
}

/** `12 packages have newer versions: openssl 1-1 < 1-2, ...`. */
function newerWords(newer: readonly NewerPackage[], { step }: UpdateLayer): string {
  const shown = newer.slice(0, 3).map((one) => one.words);
  const list = shown.join(', ') + (newer.length > shown.length ? ', ...' : '');
  const which = step.limited ? ' that it brought' : '';
  return `${packagesOf(newer.length)}${which} ${newer.length === 1 ? 'has a newer version' : 'have newer versions'} (${list})`;
}

function packagesOf(count: number): string {
  return `${count} ${count === 1 ? 'package' : 'packages'}`;
}

function daysOf(count: number): string {
  return `${count} ${count === 1 ? 'day' : 'days'}`;
}
