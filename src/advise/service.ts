/** What a known service needs of its container when it is started as root; by its documentation and sources, not by the image. */
export interface Service {
  readonly name: string;
  /** File names of its program, and of scripts that start it and nothing else; whole paths where others have the name too. */
  readonly programs: readonly string[];
  /** RPM packages that have it. */
  readonly packages: readonly string[];
  readonly capabilities: readonly (readonly [name: string, why: string])[];
  /** Below 1024, where it listens unless it is told otherwise. */
  readonly ports: readonly number[];
  /** Folders that it writes into besides /tmp and /run, without the leading slash; those that the image has are mounted. */
  readonly writes: readonly string[];
  /** Whether it sets the clock, which is the host's. */
  readonly setsClock?: true;
  /** Whether it is an init that starts units which nobody knows here. */
  readonly init?: true;
  /** Capabilities that some builds of it want and that are withheld all the same. */
  readonly withheld?: readonly (readonly [name: string, why: string])[];
}

const switches = (who: string): readonly (readonly [string, string])[] => [
  ['SETGID', `it starts as root and takes the groups of ${who}`],
  ['SETUID', `it starts as root and switches to ${who}`],
];

/** A database's entry script hands its folder to its user, then becomes that user. */
const handsOver = (who: string): readonly (readonly [string, string])[] => [
  ['CHOWN', `started as root it hands its data folder to ${who}`],
  ['DAC_OVERRIDE', `started as root it works in folders of ${who}`],
  ...switches(who),
];

/** By name. */
export const services: readonly Service[] = [
  {
    name: 'apache',
    programs: ['httpd', 'apache2', 'apache2ctl', 'apachectl', 'httpd-foreground', 'apache2-foreground', 'run-httpd'],
    packages: ['httpd', 'httpd-core', 'apache2'],
    capabilities: [...switches('apache'), ['KILL', 'its parent, root, signals children of another user']],
    ports: [80, 443],
    writes: ['run/httpd', 'run/apache2', 'var/log/httpd', 'var/log/apache2', 'var/cache/httpd', 'var/cache/apache2'],
  },
  {
    name: 'bind',
    programs: ['named'],
    packages: ['bind'],
    capabilities: [...switches('named'), ['NET_BIND_SERVICE', 'it keeps this capability to bind port 53 again']],
    ports: [53],
    writes: ['run/named', 'var/named/data', 'var/named/dynamic', 'var/log/named'],
  },
  {
    name: 'chrony',
    programs: ['chronyd'],
    packages: ['chrony'],
    capabilities: [
      ['CHOWN', 'it hands the folder of its socket to chrony'],
      ...switches('chrony'),
      ['NET_BIND_SERVICE', 'it asks for this capability when it switches its user'],
    ],
    ports: [123],
    writes: ['var/lib/chrony', 'var/log/chrony'],
    setsClock: true,
  },
  {
    name: 'cron',
    programs: ['crond', 'cron'],
    packages: ['cronie', 'cron'],
    capabilities: switches('the owner of each job'),
    ports: [],
    writes: ['var/spool/cron', 'var/spool/anacron'],
    withheld: [['AUDIT_WRITE', 'crond built with audit support may refuse jobs without it']],
  },
  {
    name: 'haproxy',
    programs: ['haproxy'],
    packages: ['haproxy'],
    capabilities: switches('haproxy'),
    ports: [80, 443],
    writes: ['var/lib/haproxy'],
  },
  {
    name: 'mariadb',
    programs: ['mariadbd', 'mysqld', 'mysqld_safe', 'mariadbd-safe', 'run-mysqld'],
    packages: ['mariadb-server', 'mysql-server', 'mysql8.4-server'],
    capabilities: handsOver('mysql'),
    ports: [],
    writes: ['run/mariadb', 'run/mysqld', 'var/log/mariadb', 'var/log/mysql'],
  },
  {
    name: 'memcached',
    programs: ['memcached'],
    packages: ['memcached'],
    capabilities: switches('memcached'),
    ports: [],
    writes: [],
  },
  {
    name: 'nginx',
    programs: ['nginx'],
    packages: ['nginx', 'nginx-core'],
    capabilities: [['CHOWN', 'it hands its cache folders to its workers'], ...switches('the user of its workers')],
    ports: [80],
    writes: ['run/nginx', 'var/cache/nginx', 'var/lib/nginx', 'var/lib/nginx/tmp', 'var/log/nginx'],
  },
  {
    name: 'ntpd',
    programs: ['ntpd'],
    packages: ['ntp', 'ntpsec'],
    capabilities: [...switches('ntp'), ['NET_BIND_SERVICE', 'it asks for this capability when it switches its user']],
    ports: [123],
    writes: ['var/lib/ntp', 'var/log/ntpstats'],
    setsClock: true,
  },
  {
    name: 'postfix',
    programs: ['postfix', 'master'],
    packages: ['postfix'],
    capabilities: [
      ['CHOWN', 'it hands mail files to its services'],
      ['DAC_OVERRIDE', 'its root parts work in folders of postfix'],
      ['KILL', 'its master, root, signals services of another user'],
      ...switches('postfix'),
      ['SYS_CHROOT', 'its services lock themselves into the queue folder'],
    ],
    ports: [25, 587],
    writes: ['var/spool/postfix', 'var/lib/postfix'],
  },
  {
    name: 'postgresql',
    programs: ['postgres', 'postmaster', 'run-postgresql'],
    packages: ['postgresql-server', 'postgresql16-server', 'postgresql17-server'],
    capabilities: [...handsOver('postgres'), ['FOWNER', 'started as root it sets the mode of folders of postgres']],
    ports: [],
    writes: ['run/postgresql', 'var/log/postgresql'],
  },
  {
    name: 'redis',
    programs: ['redis-server', 'valkey-server', 'run-redis'],
    packages: ['redis', 'valkey'],
    capabilities: handsOver('redis'),
    ports: [],
    writes: ['run/redis', 'run/valkey', 'var/log/redis', 'var/log/valkey'],
  },
  {
    name: 'squid',
    programs: ['squid'],
    packages: ['squid'],
    capabilities: switches('squid'),
    ports: [],
    writes: ['run/squid', 'var/log/squid', 'var/spool/squid'],
  },
  {
    name: 'sshd',
    programs: ['sshd'],
    packages: ['openssh-server'],
    capabilities: [
      ['CHOWN', 'it hands a terminal to whoever logs in'],
      ...switches('whoever logs in'),
      ['SYS_CHROOT', 'its unprivileged part locks itself into an empty folder'],
    ],
    ports: [22],
    writes: [],
    withheld: [['AUDIT_WRITE', 'an sshd built with audit support, as of Fedora and RHEL, refuses logins without it']],
  },
  {
    name: 'systemd',
    programs: ['systemd', '/sbin/init', '/usr/sbin/init'],
    // Base images have systemd installed and never start it.
    packages: [],
    capabilities: [
      ['CHOWN', 'units hand folders to their users'],
      ['DAC_OVERRIDE', 'units of root work in folders of others'],
      ['FOWNER', 'units set the mode of folders of others'],
      ['KILL', 'it stops processes of other users'],
      ...switches('the user of each unit'),
    ],
    ports: [],
    writes: [],
    init: true,
    withheld: [['SETPCAP', 'units with CapabilityBoundingSet= or AmbientCapabilities= fail without it']],
  },
  {
    name: 'user switch',
    programs: ['chpst', 'gosu', 'runuser', 's6-setuidgid', 'setpriv', 'su', 'su-exec', 'sudo'],
    packages: [],
    capabilities: switches('the user that it is told'),
    ports: [],
    writes: [],
  },
];
