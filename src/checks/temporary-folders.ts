import type { TemporaryFolder } from '../analyzers/temporary-folders.js';
import type { Examination } from '../examination/examination.js';
import { fileEvidence, type Finding } from './check.js';
import { layerWords } from './layer-words.js';

const remedy = 'Make it again in the step that brings it: chown root:root and chmod 1777.';

/** A finding for each of /tmp and /var/tmp that is no directory of root, mode 1777, nor a link to one. */
export function judgeTemporaryFolders(examination: Examination): readonly Finding[] {
  return (examination.content?.temporary ?? []).flatMap(({ fact, layer }): Finding[] => {
    const words = faultOf(fact);
    if (words === undefined) return [];
    return [
      {
        outcome: 'fail',
        message: `${layerWords(examination, layer)} makes /${fact.path} ${words}; it should be mode 1777 and root’s`,
        evidence: [fileEvidence(examination, layer, fact.path)],
        remedy,
      },
    ];
  });
}

function faultOf({ type, mode, uid, gid }: TemporaryFolder): string | undefined {
  if (type === 'symlink') return undefined;
  if (type !== 'directory') return `a ${type.replace('-', ' ')}`;
  const faults = [
    ...((mode & 0o1777) === 0o1777 ? [] : [`mode ${(mode & 0o7777).toString(8).padStart(4, '0')}`]),
    ...(uid === 0 ? [] : [`owned by user ${uid}`]),
    ...(gid === 0 ? [] : [`of group ${gid}`]),
  ];
  return faults.length > 0 ? faults.join(', ') : undefined;
}
