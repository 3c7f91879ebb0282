import { expect, open, test } from './world.js'

test('the badge says how far behind the frames are', async ({ page, startGolden }) => {
  const golden = await startGolden()
  await golden.control({ lagMs: 1_400 })
  await open(page, golden, '/')
  await expect(page.locator('[data-phase="live"]')).toHaveText(/live 1\.[4-6] s behind/)
})

test('p pauses and resumes', async ({ page, golden }) => {
  await open(page, golden, '/')
  await page.keyboard.press('p')
  await expect(page.locator('[data-phase="paused"]')).toContainText('paused')
  await page.keyboard.press('p')
  await expect(page.locator('[data-phase="live"]')).toBeVisible()
})

test('a frozen server makes it stale, counted up and grey, and live again when it thaws', async ({
  page,
  startGolden,
}) => {
  const golden = await startGolden()
  await open(page, golden, '/')
  golden.freeze()
  await expect(page.locator('[data-phase="stale"]')).toContainText(/stale [4-9] s/, { timeout: 12_000 })
  await expect(page.locator('[data-cold="true"]')).toHaveCount(1)
  await expect(page.locator('[data-health="quiet"]')).toContainText('Unknown')
  golden.thaw()
  await expect(page.locator('[data-phase="live"]')).toBeVisible()
  await expect(page.locator('[data-cold="false"]')).toHaveCount(1)
})

test('a server that goes away and comes back is reconnected to, with the last data kept meanwhile', async ({
  page,
  logged,
  startGolden,
}) => {
  const golden = await startGolden()
  await open(page, golden, '/')
  await expect(page.getByRole('region', { name: 'Most time spent' })).toContainText('ArchiveWalks')
  await golden.kill()
  await expect(page.locator('[data-phase="reconnecting"]')).toContainText(/reconnecting [1-9] s/)
  await expect(page.getByRole('region', { name: 'Most time spent' })).toContainText('ArchiveWalks')
  await golden.start()
  await expect(page.locator('[data-phase="live"]')).toBeVisible({ timeout: 10_000 })
  // While the server is away the browser itself logs each refused connection.
  logged.splice(
    0,
    logged.length,
    ...logged.filter((text) => !/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_SOCKET/.test(text)),
  )
})

test('a refused credential shows how to sign in, and a pasted key opens the console', async ({
  page,
  logged,
  startGolden,
}) => {
  const golden = await startGolden('--key', 'lh_golden')
  await page.goto(`${golden.url}/console/`)
  await expect(page.getByRole('heading', { name: 'Sign in to the console' })).toBeVisible()
  await expect(page.getByText('npx lighthouse console')).toBeVisible()
  await page.getByLabel(/Or paste an API key/).fill('lh_wrong')
  await page.getByRole('button', { name: 'Use this key' }).click()
  await expect(page.getByRole('alert')).toContainText('The gateway does not know this key.')
  await expect(page.getByRole('alert')).toContainText('req-golden-401')
  await page.getByLabel(/Or paste an API key/).fill('lh_golden')
  await page.getByRole('button', { name: 'Use this key' }).click()
  await expect(page.locator('[data-phase="live"]')).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Views' })).toContainText('Keeper')
  await page.reload()
  await expect(page.locator('[data-phase="live"]')).toBeVisible()
  expect(await page.evaluate(() => Object.values({ ...localStorage }).join())).not.toContain('lh_golden')
  logged.splice(0, logged.length, ...logged.filter((text) => !text.includes('401')))
})
