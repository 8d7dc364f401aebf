import type { WriteStream } from 'node:tty';
import type { LayerProgress } from '../examination/layers.js';
import { formatBytes } from '../report/style.js';

/** A line on a terminal that says how far the layers are; silent elsewhere. */
export interface Progress {
  readonly layer: (progress: LayerProgress) => void;
  /** Takes the line away before anything else is printed. */
  clear(): void;
}

const everyMs = 100;

export function openProgress(stream: WriteStream, shown: boolean): Progress {
  const under = new Map<string, { read: number; size: number; layer: number }>();
  let last = 0;
  let drawn = false;
  const clear = (): void => {
    if (drawn) stream.write('\r\u001b[K');
    drawn = false;
  };
  return {
    clear,
    layer: ({ layer, image, bytes, state }) => {
      if (!shown) return;
      const descriptor = image.layers[layer]?.descriptor;
      if (!descriptor) return;
      if (state === 'started') under.set(descriptor.digest, { read: 0, size: descriptor.size, layer });
      const one = under.get(descriptor.digest);
      if (one && state === 'reading') one.read += bytes;
      if (state === 'read' || state === 'cached') under.delete(descriptor.digest);
      const now = performance.now();
      if (now - last < everyMs) return;
      last = now;
      clear();
      const words = [...under.values()].map(
        (each) => `layer ${each.layer + 1}: ${formatBytes(each.read)} of ${formatBytes(each.size)}`,
      );
      if (words.length === 0) return;
      stream.write(words.join('  ').slice(0, Math.max(20, stream.columns - 1)));
      drawn = true;
    },
  };
}
