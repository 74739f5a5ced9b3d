a/* Copyright 2020 Example. Licensed under the BSD license, see LICENSE. */
// SPDX-License-Identifier: MIT
static const char *licence = "GPL v2"; MODULE_LICENSE("GPL");
#define NOTICE "Permission is hereby granted, free of charge, to any person"
/* unclosed "string' `quasi ${x} <!-- --> <?php # """ ''' r#"raw"# (* nested (* *) *) {- -} =begin =end %
