import type { Analyzer, LayerEntry, Located } from '../layer/analyzer.js';

/** State is what a service writes while it runs; logs are what it says of that. */
export type StateUse = 'state' | 'log';

/** A file that a running service writes; a folder where it would; or, in one fact, the files of a folder beyond those listed. */
export interface StatePath extends Located {
  readonly use: StateUse;
  /** What it is counted under: `var/lib/mysql`. */
  readonly folder: string;
  /** Bytes, of all that it stands for. */
  readonly size: number;
  /** A file that only a database that was started writes. */
  readonly marker?: true;
  /** How many files it stands for, where they are not listed; its path then is the folder's with `/.`, which no file has. */
  readonly unlisted?: number;
}

/** Where services keep their state unless they are told otherwise; package managers and init systems are no services. */
const stateFolders = (
  'data/db ' +
  'opt/couchdb/data ' +
  'var/jenkins_home ' +
  'var/lib/cassandra var/lib/clickhouse var/lib/consul var/lib/couchdb var/lib/elasticsearch var/lib/etcd ' +
  'var/lib/gitea var/lib/grafana var/lib/influxdb var/lib/jenkins var/lib/kafka var/lib/ldap var/lib/mariadb ' +
  'var/lib/memcached var/lib/minio var/lib/mongo var/lib/mongodb var/lib/mysql var/lib/neo4j var/lib/opensearch ' +
  'var/lib/pgsql var/lib/postgresql var/lib/prometheus var/lib/rabbitmq var/lib/redis var/lib/solr var/lib/valkey ' +
  'var/lib/vault var/lib/zookeeper'
).split(' ');

/** What package managers, installers and the login programs write while an image is built. */
const buildLog =
  /^(?:alternatives|apt\/|anaconda\/|bootstrap|btmp|dnf|dpkg|faillog|fontconfig|hawkey|installer\/|ks-|lastlog|microdnf|pacman|pip|tallylog|update-alternatives|wtmp|yum|zypp)/;

/** Made when a database is started first: MySQL, PostgreSQL, MongoDB, Redis. */
const marker = /(?:^|\/)(?:ibdata1|ib_logfile0|PG_VERSION|WiredTiger\.wt|dump\.rdb|appendonly\.aof(?:\.manifest)?)$/;

const above = /^(?:data|opt|var)\//;

interface Place {
  readonly use: StateUse;
  readonly folder: string;
  readonly marker?: true;
}

/** Program files, and documents with examples of databases, lie in these. */
const programs = /^(?:usr|lib|lib64|bin|sbin|etc|boot|proc|sys|dev)\//;

function placeOf({ path, type }: LayerEntry): Place | undefined {
  // Nearly every file is turned away here.
  if (path.startsWith('usr/') || (type !== 'file' && type !== 'directory')) return undefined;
  const folder = above.test(path) ? stateFolders.find((one) => isWithin(path, one)) : undefined;
  if (type === 'directory') return folder === path ? { use: 'state', folder } : undefined;
  const marks = !programs.test(path) && marker.test(path) ? ({ marker: true } as const) : {};
  if (folder !== undefined) return folder === path ? undefined : { use: 'state', folder, ...marks };
  if (path.startsWith('var/log/')) {
    const name = path.slice('var/log/'.length);
    return buildLog.test(name) ? undefined : { use: 'log', folder: 'var/log' };
  }
  return marks.marker
    ? { use: 'state', folder: path.slice(0, Math.max(path.lastIndexOf('/'), 0)), ...marks }
    : undefined;
}

function isWithin(path: string, folder: string): boolean {
  return path.startsWith(folder) && (path.length === folder.length || path.charCodeAt(folder.length) === 0x2f);
}

const listedLimit = 2000;
/** Folders of databases found by a file's name; the rest is one. */
const folderLimit = 200;
const pathLimit = 4096;

export const statePaths: Analyzer<StatePath> = {
  name: 'state-paths',
  version: 1,
  paths: [],
  maxBytes: 0,
  wants: (entry) => (placeOf(entry) ? 'header' : 'no'),
  create() {
    const found = new Map<string, StatePath>();
    const sums = new Map<string, StatePath>();
    const sum = ({ use, folder, size }: StatePath): void => {
      const key = sums.has(folder) || sums.size < folderLimit ? folder : '';
      const so = sums.get(key);
      const path = key === '' ? '.' : `${key}/.`;
      sums.set(key, {
        path,
        use,
        folder: key,
        size: (so?.size ?? 0) + size,
        unlisted: (so?.unlisted ?? 0) + 1,
      });
    };
    return {
      file({ entry }) {
        const { path, type, size } = entry;
        const place = placeOf(entry);
        if (!place) return;
        const one: StatePath = { path, ...place, size, ...(type === 'directory' ? { directory: true } : {}) };
        if (path.length > pathLimit) sum({ ...one, folder: '' });
        else if (found.size >= listedLimit && !found.has(path)) sum(one);
        else found.set(path, one);
      },
      // One that is in a sum already stays there: its bytes ship, whatever took its name.
      replaced(path) {
        found.delete(path);
      },
      end: () => [...found.values(), ...sums.values()],
    };
  },
};
