import { isImgcheckError } from '../core/error.js';
import { NakedNameError, parseRegistryReference } from '../oci/reference.js';
import type { Text } from './container.js';
import type { RuleFinding } from './finding.js';
import { isImageId, isOpen } from './image-qualified.js';
import type { LintRule } from './rule.js';

export const imagePinned: LintRule = {
  id: 'image-pinned',
  asks: 'Does every image name say which image, not only where it is?',
  reason:
    'A tag can be moved; latest is meant to. Only a digest names one image, so that what was examined is what runs.',
  remedy: 'Write the digest behind the tag, NAME:TAG@sha256:..., and let a job that rebuilds raise it.',
  guide: '3.1',
  dockerfile({ stages, otherImages }) {
    return [...stages.map(({ base }) => base), ...otherImages].flatMap((base) =>
      base.is === 'image' ? judge({ text: base.image, offset: base.written.offset }) : [],
    );
  },
  containers(containers) {
    return containers.flatMap(({ image }) => (image ? judge(image) : []));
  },
};

function judge({ text, offset }: Text): RuleFinding[] {
  if (isImageId(text) || isOpen(text)) return [];
  const form = parts(text);
  if (form === undefined || form.digest) return [];
  if (form.tag === undefined || form.tag === 'latest') {
    const what = form.tag === undefined ? 'has no tag, which means latest' : 'is latest';
    return [{ offset, severity: 'warning', message: `the image ${text} ${what}: another one tomorrow` }];
  }
  return [{ offset, severity: 'note', message: `the image ${text} is named by a tag alone, which can be moved` }];
}

/** Undefined for what is no image name; image-qualified says that. */
function parts(text: string): { tag: string | undefined; digest: boolean } | undefined {
  const name = text.replace(/^docker:\/\//, '');
  try {
    const { tag, digest } = parseRegistryReference(name);
    return { tag, digest: digest !== undefined };
  } catch (error) {
    if (error instanceof NakedNameError) {
      const [before = '', digest] = name.split('@');
      return { tag: /:([^:/]+)$/.exec(before)?.[1], digest: digest !== undefined };
    }
    if (isImgcheckError(error, 'usage')) return undefined;
    throw error;
  }
}
