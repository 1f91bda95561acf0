package doccheck

// The Korean documents are kept in step with the English ones.

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	headingPattern = regexp.MustCompile(`(?m)^(#+) `)
	linkPattern    = regexp.MustCompile(`\]\(([^)]+)\)`)
	itemPattern    = regexp.MustCompile(`(?m)^(- |\|)`)
	comment        = regexp.MustCompile(`(^|\s)#.*$`)
	hangul         = regexp.MustCompile(`[가-힣]`)
	// translated are the links that differ: to the other language, and within the page.
	translated = regexp.MustCompile(`^(README|(docs/guides/)?contracts|#)`)
)

// outline is what has to be the same in both languages.
type outline struct {
	headings, links, commands, items []string
}

func outlineOf(d document) outline {
	var o outline
	for _, match := range headingPattern.FindAllStringSubmatch(d.sentences, -1) {
		o.headings = append(o.headings, match[1])
	}
	for _, match := range linkPattern.FindAllStringSubmatch(d.sentences, -1) {
		if !translated.MatchString(match[1]) {
			o.links = append(o.links, match[1])
		}
	}
	slices.Sort(o.links)
	o.links = slices.Compact(o.links)
	// Bullets and rows of tables, by their number below each heading.
	for _, section := range headingPattern.Split(d.sentences, -1) {
		o.items = append(o.items, strconv.Itoa(len(itemPattern.FindAllString(section, -1))))
	}
	for _, block := range d.blocks {
		o.commands = append(o.commands, "```"+block.language)
		for line := range strings.Lines(block.text) {
			// Comments are translated.
			if line = strings.TrimSpace(comment.ReplaceAllString(strings.TrimRight(line, "\n"), "")); line != "" {
				o.commands = append(o.commands, line)
			}
		}
	}
	return o
}

func TestTranslationsAreInStep(t *testing.T) {
	t.Parallel()
	for english, korean := range map[string]string{
		"README.md": "README.ko.md", "templates/guides/contracts.md": "templates/guides/contracts-ko.md",
	} {
		translated := readDocument(t, korean)
		original, translation := outlineOf(readDocument(t, english)), outlineOf(translated)
		for what, pair := range map[string][2][]string{
			"headings": {original.headings, translation.headings},
			"links":    {original.links, translation.links},
			"commands": {original.commands, translation.commands},
			"bullets":  {original.items, translation.items},
		} {
			if len(pair[0]) == 0 {
				t.Errorf("%s has no %s; the search is broken", english, what)
			}
			if !slices.Equal(pair[0], pair[1]) {
				t.Errorf("the %s of %s are not those of %s:\n%s\n--- against\n%s", what, korean, english, strings.Join(pair[1], "\n"), strings.Join(pair[0], "\n"))
			}
		}
		for _, paragraph := range strings.Split(translated.sentences, "\n\n") {
			if len(paragraph) > 200 && !hangul.MatchString(paragraph) {
				t.Errorf("a paragraph of %s is not in Korean:\n%s", korean, paragraph)
			}
		}
	}
}
