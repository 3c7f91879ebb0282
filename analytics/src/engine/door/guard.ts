import { refusal } from '../engine-error.js'
import { isWord, type Token, tokensOf } from './tokens.js'

/** What a read-only statement may begin with. */
const READS = new Set(['SELECT', 'WITH', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'EXISTS'])

/** Functions and table functions that reach outside the database: files, processes, other servers. */
const OUTSIDE = new Set(
  (
    'file filecluster url urlcluster s3 s3cluster gcs oss cosn azureblobstorage azureblobstoragecluster hdfs ' +
    'hdfscluster remote remotesecure cluster clusterallreplicas mysql postgresql mongodb redis sqlite jdbc odbc ' +
    'executable input iceberg icebergs3 icebergazure iceberghdfs iceberglocal icebergcluster deltalake ' +
    'deltalakes3 deltalakeazure deltalakelocal hudi paimon arrowflight ytsaurus python catboostevaluate prql'
  ).split(' '),
)

const readonly = (message: string) => refusal(164, 'READONLY', message)

function nameOf(token: Token): string {
  return (token.kind === 'quoted' ? token.text.slice(1, -1) : token.text).toLowerCase()
}

/**
 * Refuses (code 164) what an engine session with readonly=1 would still let pass in chDB, measured: INTO OUTFILE
 * writes files, file() reads them, KILL and SYSTEM work, and one text may hold several statements.
 */
export function assertReadOnly(sql: string): void {
  const tokens = tokensOf(sql)
  const end = tokens.findIndex(({ text }) => text === ';')
  if (end >= 0 && tokens.slice(end).some(({ text }) => text !== ';'))
    throw readonly('One statement at a time.')
  const first = tokens.find(({ text }) => text !== '(')
  if (first === undefined || !READS.has(first.text.toUpperCase())) {
    throw readonly(`${first?.text ?? 'An empty statement'} is not for read-only users.`)
  }
  // Wherever the word stands: no tokenizer mistake may open the way to the disk.
  if (/outfile/i.test(sql)) throw readonly('INTO OUTFILE is not for read-only users.')
  if (/[“”‘’]/.test(sql) && tokens.some(({ kind, text }) => kind === 'symbol' && /[“”‘’]/.test(text))) {
    throw readonly('Typographic quotes are refused.')
  }
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'quoted' && token.text.includes('\\')) throw readonly('Escapes in names are refused.')
    if (token.kind !== 'word' && token.kind !== 'quoted') continue
    if (tokens[index + 1]?.text === '(' && OUTSIDE.has(nameOf(token))) {
      throw readonly(`${nameOf(token)}() is not for read-only users.`)
    }
  }
}

/** The format a statement ends with (`… FORMAT Name`), undefined when it names none. */
export function formatOf(sql: string): string | undefined {
  const tokens = tokensOf(sql).filter(({ text }) => text !== ';')
  const settings = tokens.findLastIndex((token) => isWord(token, 'SETTINGS'))
  const tail = settings > 0 && isWord(tokens[settings - 2], 'FORMAT') ? tokens.slice(0, settings) : tokens
  const name = tail.at(-1)
  return name?.kind === 'word' && isWord(tail.at(-2), 'FORMAT') ? name.text : undefined
}
