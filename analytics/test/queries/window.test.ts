import { describe, it } from 'vitest'
import { seriesSourceOf, sourceOf } from '../../src/queries/source.js'
import { windowSeconds } from '../../src/queries/window.js'

describe('a window', () => {
  it('is an ISO 8601 duration from one second to 400 days', ({ expect }) => {
    const seconds = { PT1S: 1, PT5M: 300, PT24H: 86_400, P7D: 604_800, P1DT12H30M5S: 131_405, P2W: 1_209_600 }
    for (const [text, value] of Object.entries(seconds)) expect(windowSeconds(text), text).toBe(value)
    expect(windowSeconds('P400D')).toBe(34_560_000)
  })

  it('is nothing else', ({ expect }) => {
    for (const text of [
      '',
      'P',
      'PT',
      'P1DT',
      'PT0S',
      'P401D',
      '5m',
      'PT-5M',
      'P1Y',
      'P1M',
      'PT1.5S',
      'pt5m',
      "PT5M'--",
    ]) {
      expect(windowSeconds(text), text).toBeUndefined()
    }
  })

  it('is answered from the finest roll-up that holds it', ({ expect }) => {
    expect(sourceOf(300).table).toBe('obs.ops_1s')
    expect(sourceOf(3_600).table).toBe('obs.ops_1m')
    expect(sourceOf(90 * 86_400).table).toBe('obs.ops_1h')
    expect(seriesSourceOf(3_600, 30).table).toBe('obs.ops_1s')
    expect(seriesSourceOf(86_400, 30).table).toBe('obs.ops_1m')
    expect(seriesSourceOf(7 * 86_400, 5_040).table).toBe('obs.ops_1h')
  })
})
