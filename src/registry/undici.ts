import type { Agent, Dispatcher } from 'undici';

export type { Agent, Dispatcher } from 'undici';

/** The part of undici that is used. */
export interface Undici {
  readonly Agent: typeof Agent;
  request(agent: Agent, options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData>;
}

let loaded: Promise<Undici> | undefined;

/**
 * Loads undici at the first request. The whole package takes twice as long to load as the two modules needed of it,
 * and the version is pinned exactly, so they are taken by their paths; should a release move them, the package is.
 */
export function loadUndici(): Promise<Undici> {
  loaded ??= loadParts().catch(loadWhole);
  return loaded;
}

async function loadParts(): Promise<Undici> {
  const [{ default: agent }, { default: request }] = await Promise.all([
    import('undici/lib/dispatcher/agent.js'),
    import('undici/lib/api/api-request.js'),
  ]);
  return { Agent: agent, request: (dispatcher, options) => request.call(dispatcher, options) };
}

async function loadWhole(): Promise<Undici> {
  const undici = await import('undici');
  return { Agent: undici.Agent, request: (dispatcher, options) => dispatcher.request(options) };
}
