#!/bin/sh
# build.sh: builds the fuzz targets the way ClusterFuzzLite and OSS-Fuzz ask for it.
# For each target it puts to $OUT TARGET and TARGET.options, TARGET.dict if the
# options name a dictionary, and TARGET_seed_corpus.zip if there are inputs.
#
# The environment says how: CC and CFLAGS, CXX and CXXFLAGS, by which engines in C++
# are linked, LIB_FUZZING_ENGINE, OUT, and WORK, the folder built into. What is not
# set is clang with libFuzzer and no sanitizer, and folders below build/. Exit codes:
# 0 done, another one if something cannot be built.
#
# A target without options is not packed: empty, the baseline of measurements.
set -eu

# The services run a copy of this script, in the project's folder.
test -d fuzz || cd "$(dirname "$0")/.."

: "${CC=clang}" "${CFLAGS=-O1 -g -fsanitize=fuzzer-no-link}"
: "${CXX=clang++}" "${CXXFLAGS=$CFLAGS}" "${LIB_FUZZING_ENGINE=-fsanitize=fuzzer}"
: "${OUT=build/clusterfuzzlite/out}" "${WORK=build/clusterfuzzlite}"
build=$WORK/targets
rm -rf "$build"
mkdir -p "$build" "$OUT"

# What a newer compiler warns of is no reason not to fuzz.
make -s -j"$(nproc)" BUILD="$build" WARNINGS= CC="$CC" CFLAGS="$CFLAGS" \
	FUZZING_LINKER="$CXX $CXXFLAGS" FUZZING_ENGINE="$LIB_FUZZING_ENGINE" targets

# Libfuzzer's services take a dictionary by its name.
for options in fuzz/*.options; do
	target=$(basename "$options" .options)
	cp "$build/fuzz/$target" "$OUT/"
	grep -v '^dict *=' "$options" > "$OUT/$target.options"
	dictionary=$(sed -n 's/^dict *= *//p' "$options")
	if [ -n "$dictionary" ]; then
		cp "fuzz/$dictionary" "$OUT/$target.dict"
	fi
	inputs=$build/inputs/$target
	mkdir -p "$inputs"
	for kind in seeds regressions; do
		for input in "fuzz/$kind/$target"/*; do
			test ! -f "$input" || cp "$input" "$inputs/$kind-$(basename "$input")"
		done
	done
	if [ -n "$(ls "$inputs")" ]; then
		python3 -m zipfile -c "$OUT/${target}_seed_corpus.zip" "$inputs"/*
	fi
done
