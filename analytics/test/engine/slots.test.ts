import { describe, it } from 'vitest'
import { Slots } from '../../src/engine/slots.js'

describe('slots', () => {
  it('run so many at once, queue so many, and refuse the next with code 202', async ({ expect }) => {
    const slots = new Slots({ running: 2, waiting: 1 })
    let running = 0
    let most = 0
    let open = (): void => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const work = async () => {
      running += 1
      most = Math.max(most, running)
      await gate
      running -= 1
      return running
    }
    const first = [slots.run(work), slots.run(work), slots.run(work)]
    await expect(slots.run(work)).rejects.toThrow(/^Code: 202\./)
    open()
    await Promise.all(first)
    expect(most).toBe(2)
    expect(await slots.run(work)).toBe(0)
  })

  it('give a slot back when work fails', async ({ expect }) => {
    const slots = new Slots({ running: 1, waiting: 0 })
    await expect(slots.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await slots.run(() => Promise.resolve(7))).toBe(7)
  })
})
