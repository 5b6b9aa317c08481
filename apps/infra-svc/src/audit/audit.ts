import { createAudit } from '@akashic/shared/audit'

export const { add: addAudit, list: listAudit } = createAudit('infra')
