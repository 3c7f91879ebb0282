import { describe, it } from 'vitest'
import { axisLabel, count, duration, percent, type Quantity, rate } from '../src/ui/quantity.js'

const text = ({ figure, unit }: Quantity): string => `${figure} ${unit}`.trim()

describe('duration', () => {
  it.for([
    [0.0005, '<1 µs'],
    [0.012, '12 µs'],
    [0.85, '850 µs'],
    [0.9994, '999 µs'],
    [0.9996, '1.00 ms'],
    [1.234, '1.23 ms'],
    [12.4, '12.4 ms'],
    [124.2, '124 ms'],
    [999.4, '999 ms'],
    [999.6, '1.0 s'],
    [1_234, '1.2 s'],
    [12_345, '12.3 s'],
    [59_940, '59.9 s'],
    [59_960, '1 min 0 s'],
    [125_000, '2 min 5 s'],
    [7_380_000, '2 h 3 min'],
    [0, '0 ms'],
  ] as const)('says %d ms as %s', ([ms, said], { expect }) => {
    expect(text(duration(ms))).toBe(said)
  })

  it('says a dash for what is missing, not a number or negative', ({ expect }) => {
    for (const none of [null, undefined, Number.NaN, -1]) expect(text(duration(none))).toBe('–')
  })
})

describe('rate, percent and count', () => {
  it('never rounds something to nothing', ({ expect }) => {
    expect(text(rate(0.001))).toBe('<0.01 /s')
    expect(text(percent(0.00001))).toBe('<0.01 %')
    expect(text(rate(0))).toBe('0 /s')
    expect(text(percent(0))).toBe('0 %')
  })

  it('never rounds almost all to all', ({ expect }) => {
    expect(text(percent(0.9999))).toBe('>99.9 %')
    expect(text(percent(1))).toBe('100 %')
  })

  it('scales large numbers and sets thousands apart', ({ expect }) => {
    expect(text(rate(1_204))).toBe('1,204 /s')
    expect(text(rate(24_500))).toBe('24.5 k/s')
    expect(text(rate(2_400_000))).toBe('2.40 M/s')
    expect(text(count(1_204_331))).toBe('1,204,331')
  })

  it('shortens axis labels without changing their value', ({ expect }) => {
    expect(axisLabel(duration(50))).toBe('50\u00a0ms')
    expect(axisLabel(duration(1.5))).toBe('1.5\u00a0ms')
    expect(axisLabel(duration(100))).toBe('100\u00a0ms')
  })
})
