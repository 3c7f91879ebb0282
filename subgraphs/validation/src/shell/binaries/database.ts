import { hasOption, optionValues, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { readFile } from '../redirect.js'
import { writeFile } from '../invoke.js'
import { isSecretPath } from '../secret.js'
import { isKnown, join, literal, TAINT } from '../value.js'
import type { Stream, Value } from '../value.js'
import { printsUnknown, runText } from '../walk.js'
import { acts, each } from './each.js'
import type { Call, Spec, SpecTable } from './spec.js'

/** What a text of SQL (or a client's own commands) would do to the data, by the strictest of its statements. */
export type Statement = 'read' | 'write' | 'destroy' | 'execute'
/** Redis' commands that only tell something. */
const REDIS_READS =
  /^\s*(get|mget|keys|scan|[hsz]scan|hget|hgetall|hmget|hkeys|hvals|hlen|hexists|llen|lrange|lindex|lpos|ttl|pttl|type|exists|ping|info|dbsize|echo|time|strlen|getrange|scard|smembers|sismember|srandmember|zcard|zrange\w*|zrevrange\w*|zscore|zrank|zcount|xrange|xrevrange|xlen|xinfo|xpending|lastsave|randomkey|role|lolwut|bitcount|getbit|pfcount|geopos|geodist|geosearch|(client (list|info|getname|id)|memory (usage|stats|doctor)|object \w+|cluster (info|nodes|slots|shards)|slowlog (get|len)|command( \w+)?|pubsub \w+|latency (latest|history|doctor)|config get (?!\S*pass)\S+|acl (whoami|cat)|module list)|json\.get|ft\.(search|info|_list)|ts\.get)(\s|$)/i
const STRICTNESS: readonly Statement[] = ['read', 'write', 'destroy', 'execute']

const EXECUTES =
  /\bto\s+program\b|\bfrom\s+program\b|xp_cmdshell|\binto\s+(out|dump)file\b|\blo_export\b|pg_read_file|pg_read_binary_file|pg_ls_dir|lo_import|dblink|xp_dirtree|utl_http|utl_file|sys_eval|openrowset|bulk\s+insert|pg_reload_conf|pg_cancel_backend|os\.execute|io\.popen|load_file\s*\(|load_extension|\b(write|read)file\s*\(|\bfsdir\s*\(|\bedit\s*\(|\bread_(text|blob)\s*\(|\b(url|file|s3|hdfs|executable|remote|mysql|postgresql|jdbc|odbc)\s*\(\s*'|\brequire\s*\(|child_process|\$where|\$function|\bload\s*\(|\bprocess\.\w|\beval\s*\(|pg_(promote|rotate_logfile|stat_file|ls_\w+|current_logfile)\s*\(|lo_unlink|(query|database|table)_to_xml|file_fdw|\\(o|w|i|ir|e|ef|ev|gexec|lo_\w+|setenv)(\s|$)|\\gx?\s+\S|\\\w+[^\n]*`|^\s*\.(load|read|cd|open|archive|ar|import|restore|www)\b|^\s*(system|source|pager|tee)\s+\S|\bsys_exec|dbms_scheduler|^\s*(\\!|\.shell|\.system|!)\s|\bcreate\s+(or\s+replace\s+)?(function|extension|trigger|language)\b/im
/** Where databases keep their users' passwords. */
const PASSWORDS =
  /\bpg_(shadow|authid|user_mappings?)\b|\bmysql\.(user|global_priv|db)\b|authentication_string|rolpassword|\bsys\.(sql_logins|user\$)/i
const DESTROYS =
  /\b(drop|truncate)\s+(table|database|schema|view|index|column|user|role|collection|keyspace|materialized|type|sequence|if)\b|\btruncate\s+\w|\balter\s+(table|database|schema|role|user|system)\b|\bgrant\b|\brevoke\b|\bcreate\s+(user|role)\b|\.drop(Database|Collection|Index\w*)?\s*\(|\bflush(all|db)\b|deleteMany\s*\(\s*(\{\s*\})?\s*\)|\.remove\s*\(\s*\{?\s*\}?\s*\)|\bshutdown\b|\bpg_terminate_backend|\bconfig\s+set\b|\bdebug\b|\bslaveof\b|\breplicaof\b/i
const READS =
  /^\s*(select|explain|show|describe|desc|values|table|pragma|with|\\(d\S*|l\+?|z|x|t|a|H|p|q|\?|h|timing|conninfo|pset|encoding|echo|du|sf|sv)(\s|$|\+)|\.(tables|schema|databases|mode|headers|indexes|dump|help|read-none|width)|use|set\s|begin|commit|db\.[\w.]*\.?(find\w*|count\w*|stats|aggregate|getIndexes|distinct)\b|db\.(stats|version|getCollectionNames|getName)\b|show\s)/i

export function statementOf(text: string, tool = ''): Statement {
  if (/^(redis|valkey)/.test(tool) && !DESTROYS.test(text) && !EXECUTES.test(text))
    return REDIS_READS.test(text) ? 'read' : 'write'
  // Comments and quoted text say nothing about what a statement does.
  const plain = text.replace(/'(?:''|[^'])*'|"(?:""|[^"])*"|--[^\n]*|\/\*[\s\S]*?\*\//g, (found) =>
    /^['"]/.test(found) ? 'x' : ' ',
  )
  if (EXECUTES.test(text)) return 'execute'
  let strictest: Statement = 'read'
  for (const statement of plain.split(';')) {
    if (statement.trim() === '') continue
    const found = oneStatement(statement)
    if (STRICTNESS.indexOf(found) > STRICTNESS.indexOf(strictest)) strictest = found
  }
  return strictest
}

function oneStatement(text: string): Statement {
  // `SHOW CREATE TABLE x` names what it shows.
  if (/^\s*(show|describe|desc)\s+[\w\s.`"%*=()-]*(\\G)?\s*$/i.test(text)) return 'read'
  if (DESTROYS.test(text)) return 'destroy'
  if (/\b(delete\s+from|update\s+[\w".]+\s+set)\b/i.test(text) && !/\bwhere\b/i.test(text)) return 'destroy'
  if (/\bwhere\s+(1\s*=\s*1|true)\b/i.test(text) && /\b(delete|update)\b/i.test(text)) return 'destroy'
  if (
    /\b(insert|update|delete|merge|upsert|create|replace|copy|vacuum|reindex|call|do|lock|handler|kill|purge|reset|flush|prepare|execute|start|stop|install|set\s+(role|global|persist|session\s+authorization)|\w*(drop|delete|truncate|purge|remove|destroy|wipe|reset|grant|insert|update|create|refresh|setval|nextval|exec)\w*(?=\s*\()|del|unlink|expire|rename|lpush|hset|sadd|zadd|insertOne|updateMany|deleteOne|insertMany)\b|\.(remove|delete\w*|update\w*|insert\w*|save|rename\w*|bulkWrite|create\w+|findOneAnd\w+|findAndModify|replaceOne|dropIndex\w*|runCommand|adminCommand|grant\w*|forEach|map)\s*\(|\$(out|merge)\b|\bselect\b[\s\S]*\binto\s+(?!@|:)\w+\s+from\b|^\s*pragma\s+[\w.]+\s*=/i.test(
      text,
    )
  )
    return 'write'
  return READS.test(text) ? 'read' : 'write'
}

interface Client {
  /** Options whose value is a statement. */
  readonly statement?: string
  /** Options whose value is a file of statements. */
  readonly file?: string
  readonly takes: string
  /** The operand at this position, and those after it, are a statement. */
  readonly operandFrom?: number
  readonly singleDash?: boolean
  /** Options whose value is a file that is written, or behind `|` a command. */
  readonly outputs?: string
  /** Operands that end in `.js` are files of statements. */
  readonly scripts?: boolean
}

function client({
  statement = '',
  file = '',
  takes,
  operandFrom,
  singleDash = false,
  outputs = '',
  scripts = false,
}: Client): Spec {
  const statementOptions = statement.split(' ').filter((name) => name !== '')
  const fileOptions = file.split(' ').filter((name) => name !== '')
  const all = new Set([...statementOptions, ...fileOptions, ...takes.split(' '), ...outputs.split(' ')])
  return {
    handle: (call) => {
      const options = readOptions(call.args, { takes: all, singleDash })
      const texts: Value[] = [...optionValues(options, ...statementOptions)]
      for (const output of optionValues(options, ...outputs.split(' '))) noteOutput(output, call)
      // The first operand of these is a file: reading a browser's cookies is reading the file.
      if (operandFrom === 1 && options.operands[0] !== undefined && options.operands[0].text !== ':memory:')
        readFile(options.operands[0], call.walk)
      if (operandFrom !== undefined && options.operands.length > operandFrom)
        texts.push(join(options.operands.slice(operandFrom)))
      if (scripts)
        for (const operand of options.operands)
          if (/\.js$/.test(operand.text))
            call.walk.findings.note('database', 'script', `${call.name} ${operand.text}`)
      return judge(call, options, texts, fileOptions)
    },
  }
}

function noteOutput(output: Value, call: Call): void {
  const piped =
    /^\s*\|(.*)$/s.exec(output.text)?.[1] ??
    (call.args.some(({ text }) => text.startsWith('--pager')) ? output.text : undefined)
  if (piped === undefined) {
    writeFile(output, call.walk)
    return
  }
  call.walk.findings.note('execute', 'option', `${call.name} ${output.text}`)
  runText(piped, call.walk, undefined)
}

function judge(
  call: Call,
  options: Options,
  texts: readonly Value[],
  fileOptions: readonly string[],
): Stream {
  const { findings } = call.walk
  const files = optionValues(options, ...fileOptions)
  for (const one of files) {
    readFile(one, call.walk)
    findings.note('database', 'script', `${call.name} ${one.text}`)
  }
  for (const text of texts) noteStatement(text.text, isKnown(text), call)
  const piped = call.stdin
  if (texts.length > 0 || files.length > 0) return printsUnknown()
  if (hasOption(options, ...TELLS)) findings.note('shell', 'inspect', call.name)
  else if (piped === undefined) findings.note('database', 'session', call.name)
  else if (piped.text === undefined) findings.note('database', 'script', `… | ${call.name}`)
  else noteStatement(piped.text, true, call)
  return printsUnknown()
}

/** Options with which a client only lists or measures. */
const TELLS = 'version help V l list scan bigkeys memkeys hotkeys stat latency latency-history'.split(' ')

function noteStatement(text: string, known: boolean, call: Call): void {
  const fetches = call.name === 'duckdb' && /(from|join|,|\()\s*['"](https?|s3|gcs|az|hf):\/\//i.test(text)
  const act = !known ? 'dynamic' : fetches ? 'execute' : statementOf(text, call.name)
  // Engines that read files take their names as quoted text.
  for (const [, path] of text.matchAll(/'([^']{3,400})'/g)) {
    if (path !== undefined && /[/~]/.test(path) && isSecretPath(path)) readFile(literal(path), call.walk)
  }
  const facts = act === 'write' || act === 'destroy' ? { targets: targetsOf(call) } : {}
  call.walk.findings.note('database', act, `${call.name}: ${text}`, facts)
  if (
    PASSWORDS.test(text) ||
    (/^redis|^valkey/.test(call.name) && /^config\s+get\s+\S*(\*|pass|auth)/i.test(text))
  )
    call.walk.findings.note('secrets', 'print', `${call.name}: ${text}`)
  const command =
    /^\s*(?:\\!|\.shell|\.system)\s+(.*)$/im.exec(text)?.[1] ?? /program\s+'((?:''|[^'])*)'/i.exec(text)?.[1]
  if (command !== undefined) runText(command, call.walk, undefined)
}

/** The shape of a database is in the project anyway; its contents are not. */
function dump(call: Call, options: Options): Stream {
  for (const file of optionValues(options, 'f', 'file', 'result-file')) writeFile(file, call.walk)
  const shape = hasOption(options, 's', 'schema-only', 'no-data', 'd', 'version')
  call.walk.findings.note('database', shape ? 'read' : 'dump', `${call.name} ${join(call.args).text}`)
  return printsUnknown(shape ? 0 : TAINT.secret)
}

/** Hosts and databases that a client is told to use: words of its options, its URL and its operands. */
function targetsOf({ args }: Pick<Call, 'args'>): string[] {
  return args
    .filter(({ text }) => text.length < 200 && !/\s/.test(text))
    .flatMap(({ text }) => text.split(/[/:@?=.]+/))
    .filter((word) => /^[a-z][\w-]+$/i.test(word))
    .slice(0, 16)
}

export const DATABASE: SpecTable = {
  psql: client({
    statement: 'c command',
    file: 'f file',
    takes: 'd dbname h host p port U username v set variable P F',
    outputs: 'o output L log-file',
  }),
  ...each(
    'mysql mariadb',
    client({
      statement: 'e execute init-command',
      takes: 'h host P port u user D database default-character-set S defaults-file',
      outputs: 'pager tee',
    }),
  ),
  ...each(
    'sqlite3 sqlite duckdb',
    client({
      statement: 'cmd c',
      file: 'init',
      takes: 'separator nullvalue newline maxsize mmap vfs',
      operandFrom: 1,
      singleDash: true,
    }),
  ),
  ...each(
    'mongo mongosh',
    client({ statement: 'eval', file: 'f file', takes: 'host port u p', scripts: true }),
  ),
  ...each(
    'redis-cli valkey-cli',
    client({ takes: 'h p a n u s x r i user pass pattern cacert cert key', file: 'eval', operandFrom: 0 }),
  ),
  ...each('sqlcmd', client({ statement: 'Q q', file: 'i', takes: 'S U P d' })),
  ...each(
    'clickhouse-client clickhouse',
    client({ statement: 'q query', takes: 'h host port u user password d database' }),
  ),
  ...each(
    'cqlsh influx cypher-shell snowsql',
    client({ statement: 'e execute q', file: 'f file', takes: 'u p h' }),
  ),
  ...each('pg_dump pg_dumpall mysqldump mongodump mariadb-dump', {
    takes: 'f file h host p port U username d dbname n schema t table u user',
    handle: dump,
  }),
  ...each('pg_restore mongorestore mysqlimport', { act: 'database/restore' }),
  ...each('dropdb dropuser', { act: 'database/destroy' }),
  ...each('createdb createuser mysqladmin initdb pg_ctl', { act: 'database/write' }),
  pg_isready: { act: 'database/read' },
  ...each('flyway liquibase alembic knex sequelize typeorm drizzle-kit dbmate goose migrate sqitch', {
    act: 'database/write',
    subcommands: acts({
      'status info history current heads list version validate check generate': 'database/read',
      'clean drop reset downgrade undo': 'database/destroy',
    }),
  }),
  // SQL typed where a command belongs: unknown to the shell, but its meaning is plain.
  ...each('DROP drop TRUNCATE ALTER DELETE GRANT', { act: 'database/destroy' }),
  ...each('SELECT INSERT UPDATE CREATE', { act: 'database/write' }),
}
