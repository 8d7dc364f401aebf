import { Fields, parseJson, type Json, type JsonObject } from '../core/json.js';
import { parseDigest, type Digest } from './digest.js';
import { readPlatform, type Platform } from './platform.js';

/** One line of the history (image-spec config.md). Publisher-written: evidence of nothing by itself. */
export interface History {
  readonly created?: string;
  readonly createdBy?: string;
  readonly comment?: string;
  readonly emptyLayer: boolean;
}

/** What the image asks of the engine that runs it. */
export interface RunConfig {
  readonly user: string;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly volumes: readonly string[];
  readonly exposedPorts: readonly string[];
  readonly workingDir: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly stopSignal: string;
  /** Docker's, which image-spec does not describe: kept as it is written. */
  readonly healthcheck?: JsonObject;
}

/** image-spec config.md. */
export interface Config {
  readonly platform: Platform;
  readonly created?: string;
  readonly run: RunConfig;
  /** Digests of the layers' tar bytes, bottom first. */
  readonly diffIds: readonly Digest[];
  readonly history: readonly History[];
}

/** @throws ImgcheckError hostile, with the path of the field. */
export function parseConfig(bytes: Uint8Array, what = 'config'): Config {
  const fields = new Fields(parseJson(bytes, what), what);
  const created = fields.optionalString('created');
  const rootfs = fields.optionalObject('rootfs');
  return {
    platform: readPlatform(fields),
    ...(created === undefined ? {} : { created }),
    run: readRunConfig(fields.optionalObject('config')),
    diffIds:
      rootfs?.stringList('diff_ids', 1000).map((id, i) => parseDigest(id, `${what}.rootfs.diff_ids[${i}]`)) ?? [],
    history: fields.array('history', 10_000).map((line, i) => readHistory(new Fields(line, `${what}.history[${i}]`))),
  };
}

function readRunConfig(fields: Fields | undefined): RunConfig {
  const healthcheck = fields?.raw('Healthcheck');
  return {
    user: fields?.optionalString('User') ?? '',
    env: fields?.stringList('Env') ?? [],
    entrypoint: fields?.stringList('Entrypoint') ?? [],
    cmd: fields?.stringList('Cmd') ?? [],
    volumes: fields?.optionalObject('Volumes')?.keys ?? [],
    exposedPorts: fields?.optionalObject('ExposedPorts')?.keys ?? [],
    workingDir: fields?.optionalString('WorkingDir') ?? '',
    labels: fields?.strings('Labels') ?? {},
    stopSignal: fields?.optionalString('StopSignal') ?? '',
    ...(isObject(healthcheck) ? { healthcheck } : {}),
  };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readHistory(fields: Fields): History {
  const created = fields.optionalString('created');
  const createdBy = fields.optionalString('created_by');
  const comment = fields.optionalString('comment');
  return {
    ...(created === undefined ? {} : { created }),
    ...(createdBy === undefined ? {} : { createdBy }),
    ...(comment === undefined ? {} : { comment }),
    emptyLayer: fields.optionalBoolean('empty_layer') ?? false,
  };
}
