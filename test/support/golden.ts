import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'chai';

const folder = new URL('../golden/expected/', import.meta.url);

/**
 * Compares a text with the file of that name under test/golden/expected. With IMGCHECK_GOLDEN=write the file is written instead:
 * what changed is then read in the diff.
 */
export function expectGolden(name: string, text: string): void {
  const file = new URL(name, folder);
  if (process.env['IMGCHECK_GOLDEN'] === 'write') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  }
  expect(text).to.equal(readFileSync(file, 'utf8'));
}
