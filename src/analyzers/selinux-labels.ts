import { isProcessType, parseSelinuxContext, type SelinuxContext } from '../containers/selinux-context.js';
import type { Analyzer, LayerEntry, Located } from '../layer/analyzer.js';

/** What is odd about a label: it is no context, the context of a process, or that of one container alone. */
export type LabelFault = 'malformed' | 'process' | 'categories';

/** An entry whose security.selinux attribute no file of an image should have. */
export interface SelinuxLabel extends Located {
  readonly fault: LabelFault;
  /** The context, or of what is none its printable beginning. */
  readonly label: string;
  /** Odd labels of the layer beyond the ones listed; only on the one fact that stands for them, at the root. */
  readonly unlisted?: number;
}

const attribute = 'security.selinux';
/** A layer committed from a running container has as many as it has files. */
const listedLimit = 1000;
const pathLimit = 4096;
const labelBytes = 512;
const shownLength = 120;

const decoder = new TextDecoder();

function faultOf(entry: LayerEntry): { fault: LabelFault; label: string } | undefined {
  const bytes = entry.xattrs?.[attribute];
  if (!bytes) return undefined;
  const text = decoder.decode(bytes.subarray(0, labelBytes)).replace(/\0$/, '');
  const context = parseSelinuxContext(text);
  const fault = context ? contextFault(context) : 'malformed';
  return fault && { fault, label: text.slice(0, shownLength) };
}

/** Only files have the role object_r; only what belongs to one container (or user) has categories. */
function contextFault({ role, type, level }: SelinuxContext): LabelFault | undefined {
  if (role !== 'object_r' || isProcessType(type)) return 'process';
  return /:c\d/.test(level) && !isWholeRange(level) ? 'categories' : undefined;
}

/** `s0-s0:c0.c1023` is from nothing to everything, which no container has for itself. */
function isWholeRange(level: string): boolean {
  return /^s\d+-s\d+:c0\.c\d+$/.test(level);
}

export const selinuxLabels: Analyzer<SelinuxLabel> = {
  name: 'selinux-labels',
  version: 1,
  paths: [],
  maxBytes: 0,
  wants: (entry) => (entry.xattrs !== undefined && faultOf(entry) ? 'header' : 'no'),
  create() {
    const found = new Map<string, SelinuxLabel>();
    let unlisted = 0;
    return {
      file({ entry }) {
        const { path, type } = entry;
        const fault = faultOf(entry);
        if (!fault) return;
        if ((found.size >= listedLimit && !found.has(path)) || path.length > pathLimit) unlisted++;
        else found.set(path, { path, ...fault, ...(type === 'directory' ? { directory: true } : {}) });
      },
      replaced(path) {
        found.delete(path);
      },
      end: () => [
        ...found.values(),
        ...(unlisted > 0 ? [{ path: '', fault: 'categories', label: '', directory: true, unlisted } as const] : []),
      ],
    };
  },
};
