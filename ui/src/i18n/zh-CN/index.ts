import app from './app'
import govern from './govern'
import keys from './keys'
import pages from './pages'
import properties from './properties'
import quality from './quality'
import words from './words'

export default { ...app, ...words, ...pages, ...govern, property: properties, key: { ...keys, ...quality } }
