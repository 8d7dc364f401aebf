import { ImgcheckError } from '../core/error.js';
import { NakedNameError, parseRegistryReference } from '../oci/reference.js';
import type { Text } from './container.js';
import type { RuleFinding } from './finding.js';
import type { LintRule } from './rule.js';

export const imageQualified: LintRule = {
  id: 'image-qualified',
  asks: 'Does every image name say which registry it comes from?',
  reason:
    'A naked name is looked up where each machine happens to look: another registry can answer with another image of the same name.',
  remedy:
    'Write the registry: registry.example.com/team/app instead of app; docker.io/library/NAME for an official image of Docker Hub.',
  guide: '3.1',
  dockerfile({ stages, otherImages }) {
    return [...stages.map(({ base }) => base), ...otherImages].flatMap((base) => {
      if (base.is === 'image') return judge({ text: base.image, offset: base.written.offset });
      return base.is === 'open'
        ? [open(base.written, 'Give the ARG before the first FROM a default with its registry.')]
        : [];
    });
  },
  containers(containers) {
    return containers.flatMap(({ image }) => (image ? judge(image) : []));
  },
};

function judge({ text, offset }: Text): RuleFinding[] {
  if (isOpen(text)) return [open({ text, offset }, 'Fill the template in first, and judge what comes of it.')];
  if (isImageId(text)) {
    return [
      { offset, severity: 'warning', message: 'the image is named by an ID, which only the machine that has it knows' },
    ];
  }
  try {
    parseRegistryReference(text.replace(/^docker:\/\//, ''));
    return [];
  } catch (error) {
    if (!(error instanceof ImgcheckError)) throw error;
    const message =
      error instanceof NakedNameError
        ? `the image ${text} does not say which registry it comes from`
        : `the image name ${text} is wrong: ${error.message}`;
    return [{ offset, severity: 'error', message, ...(error.hint === undefined ? {} : { remedy: error.hint }) }];
  }
}

/** Whether something is still to be put in its place by a program that runs before. */
export function isOpen(text: string): boolean {
  return /[$<>{}]/.test(text);
}

/** `sha256:` and 64 digits, as builders write it once they have resolved a name. */
export function isImageId(text: string): boolean {
  return /^sha256:[0-9a-f]{64}$/.test(text);
}

function open({ text, offset }: Text, remedy: string): RuleFinding {
  return {
    offset,
    severity: 'note',
    message: `which image ${text} is, is known only when it is filled in`,
    remedy,
  };
}
