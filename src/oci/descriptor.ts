import { Fields, type Json } from '../core/json.js';
import { parseDigest, type Digest } from './digest.js';
import { readPlatform, type Platform } from './platform.js';

/** image-spec descriptor.md: what to fetch, how many bytes, and what they hash to. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
  /** Foreign layers only; never fetched unless asked for. */
  readonly urls?: readonly string[];
}

/** @throws ImgcheckError hostile, with the path of the field. */
export function readDescriptor(json: Json | undefined, path: string): Descriptor {
  const fields = new Fields(json, path);
  const artifactType = fields.optionalString('artifactType');
  const platform = fields.optionalObject('platform');
  const urls = fields.stringList('urls', 64);
  return {
    mediaType: fields.string('mediaType'),
    digest: parseDigest(fields.string('digest'), `${path}.digest`),
    size: fields.size('size'),
    ...(artifactType ? { artifactType } : {}),
    ...(fields.raw('annotations') === undefined ? {} : { annotations: fields.strings('annotations') }),
    ...(platform ? { platform: readPlatform(platform) } : {}),
    ...(urls.length > 0 ? { urls } : {}),
  };
}
