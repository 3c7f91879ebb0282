import { STOPS } from '@lighthouse/contract/stops'
import { goldenTrace } from './golden.js'
import { expect, open, test } from './world.js'

test('draws every stop of the contract in its order, and names those that were not passed', async ({
  page,
  golden,
}) => {
  await open(page, golden, `/walk?trace=${goldenTrace(0)}`)
  await expect(page.locator('[data-stop]')).toHaveCount(STOPS.length)
  const drawn = await page
    .locator('[data-stop]')
    .evaluateAll((all) => all.map((row) => row.getAttribute('data-stop')))
  expect(drawn).toEqual([...STOPS])
  await expect(page.locator('[data-stop="expert"]')).toContainText('not passed')
  await expect(page.locator('[data-stop="append"]')).toContainText('events')
})

test('opens the newest request by itself, and another by its row', async ({ page, golden }) => {
  await open(page, golden, '/walk')
  const grid = page.getByRole('grid', { name: 'Recorded requests' })
  await expect(grid.locator('[data-key]')).toHaveCount(12)
  await grid.locator('[data-key]').nth(3).click()
  await expect(page).toHaveURL(new RegExp(goldenTrace(3)))
  await expect(page.getByRole('heading', { name: 'ListDecisions' })).toBeVisible()
})

test('reaches to the answer or to the screen, and zooms by drag', async ({ page, golden }) => {
  await open(page, golden, `/walk?trace=${goldenTrace(1)}`)
  await expect(page.locator('[data-stop="store"]')).toContainText('▸')
  await page.getByRole('button', { name: 'To the screen' }).click()
  await expect(page.locator('[data-stop="store"]')).not.toContainText('▸')
  const picture = page.getByRole('img', { name: /^Stops of/ })
  const box = await picture.boundingBox()
  if (box === null) throw new Error('the waterfall has no size')
  await page.mouse.move(box.x + 200, box.y + 200)
  await page.mouse.down()
  await page.mouse.move(box.x + 320, box.y + 200, { steps: 3 })
  await page.mouse.up()
  await expect(page.locator('[data-stop="store"]')).toContainText('▸')
  await picture.dblclick()
  await expect(page.locator('[data-stop="store"]')).not.toContainText('▸')
})

test('has a table that says the same', async ({ page, golden }) => {
  await open(page, golden, `/walk?trace=${goldenTrace(1)}`)
  await page.getByRole('button', { name: 'Table' }).click()
  const table = page.getByRole('region', { name: 'Stops' }).getByRole('table')
  await expect(table.getByRole('row')).toHaveCount(STOPS.length + 1)
  await expect(table.getByRole('row').nth(14)).toContainText('append')
})

test('says how a walk is recorded when there is none under this id', async ({ page, golden }) => {
  await open(page, golden, `/walk?trace=${'f'.repeat(32)}`)
  await expect(page.getByText('The stops of this request were not recorded')).toBeVisible()
})
