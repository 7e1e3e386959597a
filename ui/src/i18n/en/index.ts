import app from './app'
import citizens from './citizens'
import govern from './govern'
import keys from './keys'
import pages from './pages'
import papers from './papers'
import properties from './properties'
import quality from './quality'
import registry from './registry'
import standing from './standing'
import targets from './targets'
import words from './words'

export default { ...app, ...words, ...pages, ...govern, ...standing, ...registry, ...targets, ...papers, ...citizens, property: properties, key: { ...keys, ...quality } }
