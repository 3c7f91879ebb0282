/** Built from pieces, so that no scanner takes this file for a leak. */
const fake = (...parts: string[]) => parts.join('')

/** Texts with a planted secret each. */
export const PLANTED: readonly (readonly [secret: string, text: string])[] = [
  ['AKIA' + 'IOSFODNN7EXAMPLE', 'export AWS_ACCESS_KEY_ID=%'],
  ['wJalrXUtnFEMI/K7MDENG' + '/bPxRfiCYEXAMPLEKEY', 'aws configure set aws_secret_access_key %'],
  [fake('gh', 'p_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'), 'git clone https://%@github.test/a/b'],
  [fake('github', '_pat_', '11ABCDEFG0aBcDeFgHiJkLmNoPqRsTuVwXyZ'), 'GH=% gh api /user'],
  [fake('gl', 'pat-', 'x9Y8z7W6v5U4t3S2r1Q0'), 'curl -H "PRIVATE-TOKEN: %" https://git.test'],
  [fake('xox', 'b-', '123456789012-abcdefABCDEF'), 'slack post --as %'],
  [fake('sk', '-proj-', 'abcDEF123ghiJKL456mnoPQR789'), 'llm keys set openai %'],
  [fake('sk', '-ant-', 'api03-abcDEF123ghiJKL456'), 'echo %'],
  [fake('sk', '_live_', '4eC39HqLyjWDarjtT1zdp7dc'), 'stripe charge %'],
  [fake('AI', 'za', 'SyA1234567890abcdefghijklmnopqrstuv'), 'curl "https://maps.test?key=%"'],
  [fake('np', 'm_', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'), 'npm config set //registry.test/:_authToken %'],
  [fake('eyJ', 'hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.', 'dozjgNryP4J3jVmNHl0w5N'), 'call --jwt %'],
  ['Tr0ub4dor&3', "psql 'postgres://app:%@db.test:5432/app'"],
  ['hunter2hunter2', 'curl -u admin:% https://x.test'],
  ['correcthorse', 'mysql -u root -p% app'],
  ['correcthorse', 'sshpass -p % ssh host'],
  ['s3cr3t-value', 'deploy --password % --now'],
  ['s3cr3t-value', 'deploy --api-key=%'],
  ['s3cr3t value', 'DB_PASSWORD="%" ./run'],
  ['s3cr3t-value', '{"clientSecret": "%"}'],
  ['s3cr3tvalue', 'Authorization: Bearer %'],
  ['dXNlcjpwYXNz', 'curl -H "authorization: Basic %"'],
  ['MIIEowIBAAKCAQEA0Z3VS5JJcds3', '-----BEGIN RSA PRIVATE KEY-----\n%\nabc\n-----END RSA PRIVATE KEY-----'],
  [
    'b3BlbnNzaC1rZXktdjEAAAAA',
    'echo "-----BEGIN OPENSSH PRIVATE KEY-----\\n%\\n-----END OPENSSH PRIVATE KEY-----" > k',
  ],
  ['b3BlbnNzaC1rZXktdjEAAAAA', '-----BEGIN PRIVATE KEY-----\n%'],
  ['q7Wm2Zx9Lk4Vb8Nc3Rt6Yp1Hs5Jd0Fg', 'tool login %'],
  ['https://hooks.' + 'slack.com/services/T0/B0/XyZ123', 'curl -d hi %'],
]
