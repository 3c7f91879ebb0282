import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ClickHouseError } from '@clickhouse/client'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { ANALYST, eventually, rowsOf, type Running, startProcess, WRITER } from '../../process.js'

let running: Running
beforeAll(async () => {
  running = await startProcess()
  const client = running.client()
  await client.command({
    query:
      'CREATE TABLE obs.door (id UInt32, text String, tags Array(String)) ENGINE = MergeTree ORDER BY id',
  })
})
afterAll(() => running[Symbol.asyncDispose]())

const basic = ({ user, password }: { user: string; password: string }) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

interface Init extends Omit<RequestInit, 'headers'> {
  headers?: Record<string, string>
}

function ask(search: Record<string, string>, init: Init = {}): Promise<Response> {
  const url = new URL(running.addresses.clickhouse)
  for (const [key, value] of Object.entries(search)) url.searchParams.set(key, value)
  return fetch(url, { ...init, headers: { authorization: basic(WRITER), ...init.headers } })
}

describe('the door, to @clickhouse/client', () => {
  it('[P-136] pings, inserts, streams and reads back every kind of value', async ({ expect }) => {
    const client = running.client()
    expect((await client.ping()).success).toBe(true)
    const values = [
      { id: 1, text: `it's "quoted" \\ and\nbroken\tüñ€🚀`, tags: ["a'b", 'c"d'] },
      { id: 2, text: '', tags: [] },
    ]
    await client.insert({ table: 'obs.door', values, format: 'JSONEachRow' })
    await client.insert({ table: 'obs.door', values: [[3, 'compact', ['x']]] })
    await client.insert({ table: 'obs.door', values: [[4, 'columns']], columns: ['id', 'text'] })
    const rows = await rowsOf<{ id: number; text: string }>(client, 'SELECT * FROM obs.door ORDER BY id')
    expect(rows.slice(0, 2)).toEqual(values)
    expect(rows.map(({ id }) => id)).toEqual([1, 2, 3, 4])
    const stream = await client.query({ query: 'SELECT number FROM numbers(5000)', format: 'CSV' })
    expect((await stream.text()).trim().split('\n')).toHaveLength(5_000)
  })

  it('[P-136] binds parameters with quotes, newlines, backslashes, arrays, maps, dates and null', async ({
    expect,
  }) => {
    const text = `it's\n"a"\\b\tc`
    const query_params = {
      text,
      list: [text, "a'b"],
      map: { "k'": 'v\\' },
      n: 42,
      at: new Date(1_700_000_000_123),
      none: null,
    }
    const answer = await running.client().query({
      query: `SELECT {text:String} AS text, {list:Array(String)} AS list, {map:Map(String, String)} AS map,
                     {n:UInt32} AS n, toUnixTimestamp64Milli({at:DateTime64(3)}) AS at,
                     {none:Nullable(String)} AS none`,
      query_params,
      format: 'JSONEachRow',
    })
    const [row] = await answer.json()
    expect(row).toEqual({ ...query_params, at: 1_700_000_000_123 })
  })

  it('[P-136] carries errors with code and type, and settings that do not leak', async ({ expect }) => {
    const client = running.client()
    const failing = (query: string) => client.query({ query }).catch((error: unknown) => error)
    expect(await failing('SELECT * FROM obs.nothing')).toMatchObject({ code: '60', type: 'UNKNOWN_TABLE' })
    expect(await failing('SELEC 1')).toMatchObject({ code: '62', type: 'SYNTAX_ERROR' })
    expect(await failing('SELECT throwIf(1)')).toMatchObject({ code: '395' })
    expect(await failing('SELECT nope')).toBeInstanceOf(ClickHouseError)

    const threads = "SELECT getSetting('max_threads') AS n"
    const set = await client.query({ query: threads, clickhouse_settings: { max_threads: 3 } })
    expect(Number((await set.json<{ n: string }>()).data[0]?.n)).toBe(3)
    const [after] = await rowsOf<{ n: string }>(client, threads)
    expect(Number(after?.n)).not.toBe(3)
    const slow = client.query({
      query: 'SELECT count() FROM numbers(1e12)',
      clickhouse_settings: { max_execution_time: 1 },
    })
    await expect(slow).rejects.toMatchObject({ code: '159' })
  })

  it('[P-136] takes compressed inserts and sends compressed answers', async ({ expect }) => {
    const { createClient } = await import('@clickhouse/client')
    const client = createClient({
      url: running.addresses.clickhouse,
      username: WRITER.user,
      password: WRITER.password,
      database: 'obs',
      compression: { request: true, response: true },
    })
    await client.command({ query: 'CREATE TABLE packed (id UInt32) ENGINE = MergeTree ORDER BY id' })
    const values = Array.from({ length: 1_000 }, (_, id) => ({ id }))
    await client.insert({ table: 'packed', values, format: 'JSONEachRow' })
    const rows = await rowsOf<{ id: number }>(client, 'SELECT id FROM packed ORDER BY id')
    expect(rows).toEqual(values)
    await client.close()
  })
})

describe('the door, to curl', () => {
  it('[P-136] reads SQL from query, from the body and from both', async ({ expect }) => {
    const body = (sql: string) => ({ method: 'POST', body: sql })
    expect(await (await ask({ query: 'SELECT 1' })).text()).toBe('1\n')
    expect(await (await ask({}, body('SELECT 2'))).text()).toBe('2\n')
    expect(await (await ask({ query: 'SELECT' }, body('3'))).text()).toBe('3\n')
    const inserted = await ask({}, body('INSERT INTO obs.door FORMAT CSV\n10,"a, b",[]\n11,"c",[]\n'))
    expect(inserted.status).toBe(200)
    await ask({}, body("INSERT INTO obs.door (id, text) VALUES (12, 'x;y')"))
    const count = await ask({ query: 'SELECT count() FROM obs.door WHERE id BETWEEN 10 AND 12' })
    expect(await count.text()).toBe('3\n')
  })

  it('[P-136] answers /ping, / and /replicas_status without a credential', async ({ expect }) => {
    for (const path of ['/ping', '/', '/replicas_status']) {
      const answer = await fetch(running.addresses.clickhouse + path)
      expect([answer.status, await answer.text()]).toEqual([200, 'Ok.\n'])
    }
  })

  it('[P-136] picks the format and tells it, with the other headers of a server', async ({ expect }) => {
    const named = await ask({ query: 'SELECT 1 AS a', default_format: 'JSONEachRow', query_id: 'mine-1' })
    expect(await named.text()).toBe('{"a":1}\n')
    expect(named.headers.get('x-clickhouse-format')).toBe('JSONEachRow')
    expect(named.headers.get('x-clickhouse-query-id')).toBe('mine-1')
    expect(named.headers.get('content-type')).toContain('application/x-ndjson')
    expect(JSON.parse(named.headers.get('x-clickhouse-summary') ?? '')).toMatchObject({ read_rows: '1' })
    expect(named.headers.get('x-clickhouse-timezone')).toBeTruthy()
    const header = await ask({ query: 'SELECT 1' }, { headers: { 'x-clickhouse-format': 'CSVWithNames' } })
    expect(await header.text()).toBe('"1"\n1\n')
    const inSql = await ask({ query: 'SELECT 1 FORMAT JSON', default_format: 'CSV' })
    expect(inSql.headers.get('x-clickhouse-format')).toBe('JSON')
    const native = await ask({ query: 'SELECT 1', default_format: 'Native' })
    expect((await native.arrayBuffer()).byteLength).toBe(11)
    expect(await (await ask({ query: 'SELECT currentDatabase()', database: 'obs' })).text()).toBe('obs\n')
  })

  it('[P-136] reads gzip and zstd, and refuses what is not the encoding it says', async ({ expect }) => {
    const headers = { 'content-encoding': 'gzip' }
    const good = await ask({}, { method: 'POST', body: gzipSync('SELECT 5'), headers })
    expect(await good.text()).toBe('5\n')
    const sql = Buffer.from('SELECT 6')
    // One frame (RFC 8878) with its size in one byte and one raw block, the last.
    const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, sql.length, (sql.length << 3) | 1, 0, 0, ...sql])
    const zstd = { method: 'POST', body: frame, headers: { 'content-encoding': 'zstd' } }
    expect(await (await ask({}, zstd)).text()).toBe('6\n')
    const bad = await ask({}, { method: 'POST', body: 'SELECT 5', headers })
    expect([bad.status, bad.headers.get('x-clickhouse-exception-code')]).toEqual([500, '117'])
  })

  it('[P-136] gives each error its status, code header and text', async ({ expect }) => {
    const cases = [
      ['SELECT * FROM obs.nothing', 404, '60'],
      ['SELECT * FROM nowhere.nothing', 404, '81'],
      ['SELEC 1', 400, '62'],
      ['SELECT throwIf(1)', 500, '395'],
    ] as const
    for (const [query, status, code] of cases) {
      const answer = await ask({}, { method: 'POST', body: query })
      expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([status, code])
      expect(await answer.text()).toMatch(
        new RegExp(`^Code: ${code}\\. DB::Exception: .* \\(version 2\\d\\..*\\)\\n$`, 's'),
      )
    }
    const unknown = await ask({ query: 'SELECT 1', no_such_setting: '1' })
    expect([unknown.status, unknown.headers.get('x-clickhouse-exception-code')]).toEqual([404, '115'])
    const frames = await ask({ query: 'SELECT 1', compress: '1' })
    expect([frames.status, frames.headers.get('x-clickhouse-exception-code')]).toEqual([501, '48'])
    const format = await ask({ query: 'INSERT INTO obs.door FORMAT Nope' }, { method: 'POST', body: 'x' })
    expect(format.headers.get('x-clickhouse-exception-code')).toBe('73')
  })
})

describe('the door, to other clients', () => {
  it('[P-136] takes and gives binary formats, with the statement in the URL or before the data', async ({
    expect,
  }) => {
    const client = running.client()
    await client.command({
      query: 'CREATE TABLE obs.binary (id UInt32, text String) ENGINE = MergeTree ORDER BY id',
    })
    const statement = (format: string) => `INSERT INTO obs.binary (id, text) FORMAT ${format}`
    for (const [i, format] of ['Native', 'RowBinary', 'Parquet', 'ArrowStream'].entries()) {
      const made = await ask({ query: `SELECT toUInt32(${i}) AS id, 'a\nb' AS text`, default_format: format })
      const bytes = Buffer.from(await made.arrayBuffer())
      const inUrl = await ask({ query: statement(format) }, { method: 'POST', body: bytes })
      expect([inUrl.status, await inUrl.text()], format).toEqual([200, ''])
      const inBody = Buffer.concat([Buffer.from(`${statement(format)}\n`), bytes])
      expect((await ask({}, { method: 'POST', body: inBody })).status, format).toBe(200)
    }
    const rows = await rowsOf(
      client,
      'SELECT id, text, count() AS n FROM obs.binary GROUP BY id, text ORDER BY id',
    )
    expect(rows).toEqual([0, 1, 2, 3].map((id) => ({ id, text: 'a\nb', n: 2 })))
    expect(await readdir(join(running.dataDir, 'engine-inbox'))).toEqual([])
  })
})

describe('who may do what', () => {
  it('[P-136] takes three kinds of credential and refuses wrong ones with code 516', async ({ expect }) => {
    const url = `${running.addresses.clickhouse}/?query=SELECT+1`
    const key = { 'x-clickhouse-user': ANALYST.user, 'x-clickhouse-key': ANALYST.password }
    expect((await fetch(url, { headers: key })).status).toBe(200)
    expect((await fetch(`${url}&user=${ANALYST.user}&password=${ANALYST.password}`)).status).toBe(200)
    expect((await fetch(url, { headers: { authorization: basic(ANALYST) } })).status).toBe(200)
    const wrong = [{}, { authorization: basic({ ...WRITER, password: 'x' }) }, { authorization: 'Basic !' }]
    for (const headers of wrong) {
      const answer = await fetch(url, { headers })
      expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([401, '516'])
    }
  })

  it('[P-136] lets an analyst read, and neither write, nor see files, nor change settings', async ({
    expect,
  }) => {
    const analyst = running.client(ANALYST)
    expect(await rowsOf(analyst, 'SELECT 1 AS a')).toEqual([{ a: 1 }])
    const out = await mkdtemp(join(tmpdir(), 'lighthouse-outfile-'))
    const refused = [
      'INSERT INTO obs.door (id) VALUES (99)',
      'CREATE TABLE obs.mine (a Int8) ENGINE = Memory',
      'SYSTEM STOP MERGES',
      'KILL QUERY WHERE 1',
      "SELECT file('/etc/passwd')",
      "SELECT * FROM file('/etc/passwd', 'LineAsString')",
      "SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')",
      `SELECT 1 INTO OUTFILE '${join(out, 'x')}'`,
    ]
    for (const query of refused) {
      await expect(analyst.command({ query })).rejects.toMatchObject({ code: '164' })
    }
    const loosened = analyst.query({ query: 'SELECT 1', clickhouse_settings: { max_execution_time: 9_999 } })
    await expect(loosened).rejects.toMatchObject({ code: '164' })
    const inside = analyst.query({ query: 'SELECT 1 SETTINGS max_threads = 9' })
    await expect(inside).rejects.toMatchObject({ code: '164' })
    const many = analyst.query({ query: 'SELECT number FROM numbers(2000000)' })
    await expect(many).rejects.toMatchObject({ code: '396' })
    expect(await readdir(out)).toEqual([])
  })

  it('[P-136] reads only, by GET, whoever asks', async ({ expect }) => {
    expect((await ask({ query: 'SELECT 1', max_threads: '2' })).status).toBe(200)
    for (const query of [
      'DROP TABLE obs.door',
      'INSERT INTO obs.door (id) VALUES (77)',
      "SELECT file('/etc/passwd')",
    ]) {
      const answer = await ask({ query })
      expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([403, '164'])
    }
  })

  it('[P-136] kills the query of a client that went away', async ({ expect }) => {
    const gone = new AbortController()
    const slow = ask({ query: 'SELECT count() FROM numbers(1e13)' }, { signal: gone.signal })
    const running_ = () =>
      ask({
        query:
          "SELECT count() FROM system.processes WHERE query LIKE '%numbers(1e13)%' AND query NOT LIKE '%system.processes%'",
      }).then((answer) => answer.text())
    await eventually(running_, (count) => count === '1\n')
    gone.abort()
    await expect(slow).rejects.toThrow()
    await eventually(running_, (count) => count === '0\n', 5_000)
  })
})
