import app from './app'
import citizens from './citizens'
import govern from './govern'
import keys from './keys'
import ledger, { ledgerKeys } from './ledger'
import pages from './pages'
import papers from './papers'
import properties from './properties'
import quality from './quality'
import standing from './standing'
import targets from './targets'
import words from './words'

export default { ...app, ...words, ...pages, ...govern, ...standing, ...targets, ...papers, ...citizens, ...ledger, property: properties, key: { ...keys, ...quality, ...ledgerKeys } }
