/* Loads bbswitch, and switches the graphics card off and on. */
#include <stdio.h>
#include <string.h>

#include "libkmod.h"

static int load(void)
{
	struct kmod_ctx *ctx = kmod_new(NULL, NULL);
	struct kmod_module *module = NULL;
	int failed = ctx == NULL || kmod_module_new_from_name(ctx, "bbswitch", &module) < 0 ||
		     kmod_module_probe_insert_module(module, 0, NULL, NULL, NULL, NULL) < 0;

	kmod_module_unref(module);
	kmod_unref(ctx);
	return failed;
}

int main(int argc, char **argv)
{
	FILE *card;

	if (argc != 2 || (strcmp(argv[1], "ON") != 0 && strcmp(argv[1], "OFF") != 0))
		return 2;
	if (load() != 0)
		return 1;
	card = fopen("/proc/acpi/bbswitch", "w");
	if (card == NULL)
		return 1;
	fprintf(card, "%s\n", argv[1]);
	return fclose(card) != 0;
}
