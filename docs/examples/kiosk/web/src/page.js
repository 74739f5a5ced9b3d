'use strict';

var isArray = require('isarray');
var Promise = require('lie');

// Shows each answer as a line of its own.
module.exports = function show(page, answers) {
  return Promise.resolve(isArray(answers) ? answers : [answers]).then(function (lines) {
    lines.forEach(function (line) {
      page.appendChild(page.ownerDocument.createElement('p')).textContent = line;
    });
  });
};
