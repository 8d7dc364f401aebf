/** An NDB database (`Packages.db`) with these header blobs, package indexes from 1; `undefined` leaves a free slot. */
export function buildNdb(blobs: readonly (Uint8Array | undefined)[]): Uint8Array {
  const slotPages = Math.max(1, Math.ceil((2 + blobs.length) / 256));
  const runs = blobs.map((blob, i) => (blob ? encodeRun(blob, i + 1) : new Uint8Array(0)));
  const file = Buffer.alloc(slotPages * 4096 + runs.reduce((sum, run) => sum + run.byteLength, 0));
  file.write('RpmP', 0, 'latin1');
  file.writeUInt32LE(1, 8);
  file.writeUInt32LE(slotPages, 12);
  file.writeUInt32LE(blobs.length + 1, 16);
  for (let at = 32; at < slotPages * 4096; at += 16) file.write('Slot', at, 'latin1');
  let block = slotPages * 256;
  runs.forEach((run, i) => {
    if (run.byteLength === 0) return;
    const at = 32 + 16 * i;
    file.writeUInt32LE(i + 1, at + 4);
    file.writeUInt32LE(block, at + 8);
    file.writeUInt32LE(run.byteLength / 16, at + 12);
    file.set(run, block * 16);
    block += run.byteLength / 16;
  });
  return file;
}

function encodeRun(blob: Uint8Array, index: number): Uint8Array {
  const run = Buffer.alloc(16 * Math.ceil((16 + blob.byteLength + 12) / 16));
  run.write('BlbS', 0, 'latin1');
  run.writeUInt32LE(index, 4);
  run.writeUInt32LE(1, 8);
  run.writeUInt32LE(blob.byteLength, 12);
  run.set(blob, 16);
  const tail = run.byteLength - 12;
  let [a, b] = [1, 0];
  for (const byte of run.subarray(0, tail)) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  run.writeUInt32LE(b * 65536 + a, tail);
  run.writeUInt32LE(blob.byteLength, tail + 4);
  run.write('BlbE', tail + 8, 'latin1');
  return run;
}
