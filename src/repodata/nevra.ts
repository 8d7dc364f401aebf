import type { Evr } from '../rpm/version.js';

/** A build by its whole name. */
export interface Nevra extends Evr {
  readonly name: string;
  readonly arch: string;
}

/** `name-epoch:version-release.arch`, the epoch always written: modules name their builds so. */
export function formatNevra({ name, epoch, version, release, arch }: Nevra): string {
  return `${name}-${epoch}:${version}-${release}.${arch}`;
}

const form = /^([^\s:]+)-(?:(\d{1,10}):)?([^\s:-]+)-([^\s:-]+)\.([A-Za-z0-9_]+)$/;

/** Reads `name-[epoch:]version-release.arch`; undefined for what is none. */
export function parseNevra(text: string): Nevra | undefined {
  if (text.length > 1024) return undefined;
  const [, name, epoch = '0', version, release, arch] = form.exec(text) ?? [];
  if (name === undefined || version === undefined || release === undefined || arch === undefined) return undefined;
  return { name, epoch: Number(epoch), version, release, arch };
}
