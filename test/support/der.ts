/** Every INTEGER of a DER structure in hex, in order, those within bit strings too. */
export function derNumbers(der: Uint8Array): readonly string[] {
  const bytes = Buffer.from(der);
  const found: string[] = [];
  for (let at = 0; at < bytes.byteLength;) {
    const tag = bytes[at];
    const short = bytes[at + 1] ?? 0;
    const size = short < 0x80 ? 0 : short & 0x7f;
    const length = size === 0 ? short : bytes.readUIntBE(at + 2, size);
    const body = bytes.subarray(at + 2 + size, at + 2 + size + length);
    if (tag === 0x02) found.push(body.toString('hex'));
    else if (tag === 0x30) found.push(...derNumbers(body));
    else if (tag === 0x03) found.push(...derNumbers(body.subarray(1)));
    at += 2 + size + length;
  }
  return found;
}
