import { describe, it } from 'vitest'
import { createLog } from '../src/log.js'

function openLines() {
  const lines: Record<string, unknown>[] = []
  const write = (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>)
  return { lines, log: createLog({ name: 'test', level: 'info', write, now: () => 0 }) }
}

describe('a log', () => {
  it('writes one JSON object a line, with the fields it is bound to, from its level up', async ({
    expect,
  }) => {
    const { lines, log } = openLines()
    log.debug('unheard')
    log.with({ requestId: 'r' }).warn('heard', { error: new Error('why') })
    expect(lines).toEqual([
      {
        at: '1970-01-01T00:00:00.000Z',
        level: 'warn',
        name: 'test',
        message: 'heard',
        requestId: 'r',
        error: { name: 'Error', message: 'why', stack: expect.stringContaining('why') },
      },
    ])
  })

  it('lets no field speak for the time, the level or the name', async ({ expect }) => {
    const { lines, log } = openLines()
    log.info('here', { at: 'elsewhere', level: 'error', name: 'other' })
    expect(lines).toEqual([{ at: '1970-01-01T00:00:00.000Z', level: 'info', name: 'test', message: 'here' }])
  })

  it('never throws, whatever it is given', async ({ expect }) => {
    const { lines, log } = openLines()
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    log.error('odd', { cyclic, big: 1n })
    expect(lines).toMatchObject([{ message: 'odd', unprintable: true }])
  })
})
