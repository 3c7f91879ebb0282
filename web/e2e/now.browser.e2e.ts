import { readFile } from 'node:fs/promises'
import { expect, open, test } from './world.js'

test('shows health, four figures, three charts, operations, tiers and agents', async ({ page, golden }) => {
  await open(page, golden, '/')
  await expect(page.locator('[data-health="good"]')).toContainText('Healthy')
  const figures = page.getByRole('region', { name: 'Now' })
  await expect(figures).toContainText(/Latency, p95\s*\d+(\.\d+)?\s*ms/)
  await expect(figures).toContainText('1,819 decisions in 10 s')
  await expect(
    page.getByRole('img', { name: /^Latency, newest: p50 .* ms, p95 .* ms, p99 .* ms/ }),
  ).toBeVisible()
  await expect(page.getByRole('img', { name: /^Errors per second, newest/ })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Most time spent' }).getByRole('row')).toHaveCount(15)
  await expect(page.getByRole('region', { name: 'Tiers' })).toContainText(/Redis\s*44\.0\s*%/)
  await expect(page.getByRole('region', { name: 'Agents' })).toContainText('agent-atlas')
})

test('the figures move with each frame', async ({ page, golden }) => {
  await open(page, golden, '/')
  const figure = page.getByRole('region', { name: 'Now' }).getByRole('link').first()
  const before = await figure.textContent()
  await expect(figure).not.toHaveText(before ?? '')
})

test('the line is drawn in ink that changes as time goes on', async ({ page, golden }) => {
  await open(page, golden, '/')
  const canvas = page.locator('[data-chart="Latency"] canvas')
  const ink = () =>
    canvas.evaluate((element) => {
      const drawn = element as HTMLCanvasElement
      const pixels = drawn.getContext('2d')?.getImageData(0, 0, drawn.width, drawn.height).data ?? []
      let sum = 0
      for (let index = 3; index < pixels.length; index += 4) sum = (sum * 31 + (pixels[index] ?? 0)) >>> 0
      return sum
    })
  await expect(page.getByRole('img', { name: /^Latency, newest/ })).toBeVisible()
  const before = await ink()
  await expect.poll(ink).not.toBe(before)
})

test('a legend entry isolates its line, drag zooms into the URL and double-click leaves', async ({
  page,
  golden,
}) => {
  await open(page, golden, '/')
  const chart = page.locator('[data-chart="Latency"]')
  await chart.getByRole('button', { name: 'p95' }).click()
  await expect(chart.getByRole('button', { name: 'p95' })).toHaveAttribute('aria-pressed', 'true')
  const plot = chart.locator('.u-over')
  const box = await plot.boundingBox()
  if (box === null) throw new Error('the chart has no size')
  await page.mouse.move(box.x + box.width * 0.3, box.y + 60)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 4 })
  await page.mouse.up()
  await expect(page).toHaveURL(/from=.*&to=/)
  const range = new URL(page.url()).searchParams
  const span = Date.parse(range.get('to') ?? '') - Date.parse(range.get('from') ?? '')
  expect(span).toBeGreaterThan(3.5 * 60_000)
  expect(span).toBeLessThan(5.5 * 60_000)
  await plot.dblclick()
  await expect(page).not.toHaveURL(/from=/)
})

test('a chart has a table twin, its GraphQL behind v, and exports', async ({ page, golden }) => {
  await open(page, golden, '/')
  const chart = page.locator('[data-chart="Latency"]')
  await chart.hover()
  await page.keyboard.press('v')
  await expect(page.getByRole('dialog', { name: 'Latency: GraphQL' })).toContainText('query NowHistory')
  await page.keyboard.press('Escape')
  await chart.getByRole('button', { name: 'Latency: more' }).click()
  await page.getByRole('menuitem', { name: 'Show as table' }).click()
  await expect(chart.getByRole('table').getByRole('row').nth(3)).toContainText('ms')
  await chart.getByRole('button', { name: 'Latency: more' }).click()
  const saved = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Save as CSV' }).click()
  const download = await saved
  expect(download.suggestedFilename()).toBe('latency.csv')
  expect(await readFile(await download.path(), 'utf8')).toMatch(/^at,p50,p95,p99\r\n2\d{3}-/)
})

test('the time range is a link that another tab understands', async ({ page, golden }) => {
  await open(page, golden, '/?range=1h&tz=utc')
  await expect(page.getByRole('button', { name: '1h' })).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('link', { name: 'All operations' }).click()
  await expect(page).toHaveURL(/operations.*range=1h/)
  await expect(page).toHaveURL(/tz=utc/)
  await page.getByRole('button', { name: '24h' }).click()
  await expect(page).toHaveURL(/range=24h/)
})

test('a painted frame that names recorded traces is reported, under ReportShown', async ({
  page,
  golden,
}) => {
  const reports: string[] = []
  page.on('request', (request) => {
    const body = request.postData()
    if (body?.includes('ReportShown') === true) reports.push(body)
  })
  await open(page, golden, '/')
  await expect.poll(() => reports.length).toBeGreaterThan(0)
  const { operationName, variables } = JSON.parse(reports[0] ?? '{}')
  expect(operationName).toBe('ReportShown')
  expect(variables.input[0].traceId).toMatch(/^[0-9a-f]{32}$/)
  expect(Math.abs(Date.parse(variables.input[0].shownAt) - Date.now())).toBeLessThan(10_000)
})

test('a failing answer keeps what is there and shows its request id', async ({ page, golden }) => {
  await open(page, golden, '/')
  await expect(page.getByRole('region', { name: 'Tiers' })).toContainText('Memory')
  await golden.control({ fail: 'NowTiers' })
  try {
    await page.getByRole('button', { name: '1h' }).click()
    await expect(page.getByText('req-golden-500')).toBeVisible()
    await expect(page.getByRole('region', { name: 'Tiers' })).toContainText('Memory')
  } finally {
    await golden.control({ fail: null })
  }
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('req-golden-500')).toBeHidden()
})

test('without traffic it says why and gives a command', async ({ page, golden }) => {
  await golden.control({ empty: true })
  try {
    await open(page, golden, '/')
    await expect(page.locator('[data-health="quiet"]')).toContainText('no operations in the last 10 s')
    await expect(page.getByText("npx lighthouse validate 'ls -la'").first()).toBeVisible()
  } finally {
    await golden.control({ empty: false })
  }
})
