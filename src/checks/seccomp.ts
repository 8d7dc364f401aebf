import type { RunOption } from '../containers/run-option.js';
import { allowsCall } from '../containers/seccomp-action.js';
import { splitOption } from '../containers/security-option.js';
import { isImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import type { Examination } from '../examination/examination.js';
import type { Check, Finding } from './check.js';
import { fewFindings } from './few-findings.js';
import { listed, shown } from './finding-words.js';
import { judgeRunLabels, labelEvidence, runLabels, unreadRunLabels } from './run-labels.js';

export const seccomp: Check = {
  id: 'seccomp',
  asks: 'Does the image leave the engine’s seccomp profile in force?',
  reason:
    'The default profile keeps a container from calls of the kernel that many escapes began with; a label that turns it off opens them all.',
  remedy:
    'Take seccomp=unconfined out of the label; where a call is missing, name a profile that is the engine’s default and that call.',
  guide: '8.2',
  mendedByRebuild: false,
  evaluate(examination) {
    if (!examination.content) {
      return [{ outcome: 'unknown', message: 'the layers were not read', evidence: [], idle: true }];
    }
    const findings = judgeRunLabels(examination, seccomp.remedy, (option) =>
      profileOf(option)?.toLowerCase() === 'unconfined' ? ['no seccomp'] : [],
    );
    const own = judgeOwnProfile(examination);
    const [first, ...rest] = [...findings, ...own, ...unreadRunLabels(examination)];
    const notes = fewFindings(namedProfiles(examination), 'labels name profiles of their own');
    if (first) return [first, ...rest, ...notes];
    return [{ outcome: 'pass', message: 'no label turns seccomp off', evidence: [] }, ...notes];
  },
};

function profileOf({ name, value }: RunOption): string | undefined {
  if (name !== 'security-opt') return undefined;
  const [word, profile] = splitOption(value);
  return word === 'seccomp' ? profile : undefined;
}

/** Profiles that lie on the host: what they allow is not known here. */
function namedProfiles(examination: Examination): readonly Finding[] {
  return runLabels(examination).flatMap(({ label, lines }) => {
    const profiles = lines
      .flatMap(({ options }) => options.flatMap((option) => profileOf(option) ?? []))
      .filter((profile) => !/^(?:unconfined|default|builtin|)$/i.test(profile));
    if (profiles.length === 0) return [];
    const names = listed([...new Set(profiles)].map(shown));
    const message = `the label ${shown(label)} names a profile of its own, ${names}: imgcheck lint compares its file with the engine’s default`;
    return [{ outcome: 'pass', message, evidence: [labelEvidence(examination, label)] }];
  });
}

/** The profile that `podman --seccomp-policy=image` takes from the image. */
const ownProfile = 'io.containers.seccomp.profile';
const profileLimit = 1024 * 1024;

function judgeOwnProfile(examination: Examination): readonly Finding[] {
  const text = examination.image.config.run.labels[ownProfile];
  if (text === undefined) return [];
  const evidence = [labelEvidence(examination, ownProfile)];
  if (text.length > profileLimit) {
    const message = `the profile in the label ${ownProfile} of ${text.length} characters is too long to be read`;
    return [{ outcome: 'unknown', message, evidence }];
  }
  try {
    const fields = new Fields(parseJson(new TextEncoder().encode(text), 'it'), 'it');
    const otherwise = fields.string('defaultAction');
    if (!allowsCall(otherwise)) {
      const message = `the image brings a profile of its own (${ownProfile}), which blocks what it does not name`;
      return [{ outcome: 'pass', message, evidence }];
    }
    const message = `the profile in the label ${ownProfile} allows every call that it does not name (${otherwise})`;
    return [{ outcome: 'fail', message, evidence, remedy: seccomp.remedy }];
  } catch (error) {
    if (!isImgcheckError(error, 'hostile')) throw error;
    const message = `the profile in the label ${ownProfile} cannot be read: ${shown(error.message)}`;
    return [{ outcome: 'unknown', message, evidence }];
  }
}
