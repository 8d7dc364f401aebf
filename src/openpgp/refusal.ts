import type { SigningKey } from './keyring.js';

/** Why a key that did make a signature at that time (seconds since 1970) might not have; undefined when it might. */
export function refusalOf(created: number, key: SigningKey): string | undefined {
  if (key.revoked) {
    return `the key was ${key.revoked.hard ? 'revoked' : 'retired by its owner'} on ${day(key.revoked.at)}`;
  }
  if (created < key.created) return `made on ${day(created)}, before its key of ${day(key.created)}`;
  if (key.expires !== undefined && created >= key.expires) {
    return `made on ${day(created)}, after its key expired on ${day(key.expires)}`;
  }
  return key.canSign ? undefined : 'the key is not meant for signatures';
}

function day(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}
