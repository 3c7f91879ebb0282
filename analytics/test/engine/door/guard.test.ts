import { describe, it } from 'vitest'
import { assertReadOnly, formatOf } from '../../../src/engine/door/guard.js'
import { EngineError } from '../../../src/engine/engine-error.js'

const READS = [
  'SELECT 1',
  '  /* why */ select count() FROM obs.operations -- all of it\n',
  "WITH 1 AS x SELECT x FROM obs.ops_1m WHERE operation = 'drop; table'",
  '(SELECT 1) UNION ALL (SELECT 2)',
  'SHOW TABLES FROM obs',
  'DESCRIBE obs.operations;',
  'EXPLAIN SELECT 1',
  'EXISTS TABLE obs.operations',
  'SELECT file FROM t',
  "SELECT $$it's$$, `a``b`, 'back\\'slash'",
]

const REFUSED = [
  '',
  'INSERT INTO obs.operations SELECT 1',
  'DROP TABLE obs.operations',
  'KILL QUERY WHERE 1',
  'SYSTEM STOP MERGES',
  'SET max_threads = 1',
  'SELECT 1; KILL QUERY WHERE 1',
  "SELECT '; not the end'; SYSTEM STOP MERGES",
  "SELECT 1 INTO OUTFILE '/tmp/x'",
  "SELECT 1 INTO/**/outfile '/tmp/x'",
  "SELECT file('/etc/passwd')",
  "SELECT FILE /* c */ ('/etc/passwd')",
  "SELECT `file`('/etc/passwd')",
  'SELECT "file"(\'/etc/passwd\')',
  "SELECT `\\x66ile`('/etc/passwd')",
  "SELECT 'a' # '\n, file('/etc/passwd')",
  "SELECT * FROM url('http://127.0.0.1/', 'TSV')",
  "SELECT * FROM s3('http://127.0.0.1:1/bucket/a', 'CSV')",
  "SELECT * FROM remoteSecure('127.0.0.1', 'a', 'b')",
]

describe('the guard of read-only statements', () => {
  for (const sql of READS) {
    it(`lets pass: ${sql}`, ({ expect }) => {
      expect(() => assertReadOnly(sql)).not.toThrow()
    })
  }

  for (const sql of REFUSED) {
    it(`refuses with code 164: ${sql}`, ({ expect }) => {
      expect(() => assertReadOnly(sql)).toThrow(EngineError)
      expect(() => assertReadOnly(sql)).toThrow(/^Code: 164\..*\(READONLY\)$/)
    })
  }

  it('finds the format that a statement names', ({ expect }) => {
    expect(formatOf('SELECT 1 FORMAT JSONEachRow')).toBe('JSONEachRow')
    expect(formatOf('SELECT 1 format CSV ; -- end')).toBe('CSV')
    expect(formatOf('SELECT 1 FORMAT TSV SETTINGS max_threads=1')).toBe('TSV')
    expect(formatOf("SELECT 'FORMAT CSV'")).toBeUndefined()
    expect(formatOf('SELECT format FROM t')).toBeUndefined()
  })
})
