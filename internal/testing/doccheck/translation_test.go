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
	itemPattern    = regexp.MustCompile(`(?m)^(- |\|)`)
	comment        = regexp.MustCompile(`(^|\s)#.*$`)
	hangul         = regexp.MustCompile(`[가-힣]`)
	// translated are the links that differ: to the other language, and within the page.
	translated = regexp.MustCompile(`^(README|(docs/guides/)?contracts|#)`)
)

// outline is what has to be the same in both languages.
func outline(d document) map[string][]string {
	var headings, links, bullets, commands []string
	for _, match := range headingPattern.FindAllStringSubmatch(d.sentences, -1) {
		headings = append(headings, match[1])
	}
	for _, match := range pageLink.FindAllStringSubmatch(d.sentences, -1) {
		if !translated.MatchString(match[1]) {
			links = append(links, match[1])
		}
	}
	slices.Sort(links)
	// Bullets and rows of tables, by their number below each heading.
	for _, section := range headingPattern.Split(d.sentences, -1) {
		bullets = append(bullets, strconv.Itoa(len(itemPattern.FindAllString(section, -1))))
	}
	for _, block := range d.blocks {
		commands = append(commands, "```"+block.language)
		for line := range strings.Lines(block.text) {
			// Comments are translated.
			if line = strings.TrimSpace(comment.ReplaceAllString(strings.TrimRight(line, "\n"), "")); line != "" {
				commands = append(commands, line)
			}
		}
	}
	return map[string][]string{"headings": headings, "links": slices.Compact(links), "bullets": bullets, "commands": commands}
}

func TestTranslationsAreInStep(t *testing.T) {
	t.Parallel()
	for english, korean := range map[string]string{
		"README.md": "README.ko.md", "templates/guides/contracts.md": "templates/guides/contracts-ko.md",
	} {
		document := readDocument(t, korean)
		translation := outline(document)
		for what, want := range outline(readDocument(t, english)) {
			if len(want) == 0 {
				t.Errorf("%s has no %s; the search is broken", english, what)
			}
			if got := translation[what]; !slices.Equal(want, got) {
				t.Errorf("the %s of %s are not those of %s:\n%s\n--- against\n%s", what, korean, english, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		}
		for _, paragraph := range strings.Split(document.sentences, "\n\n") {
			if len(paragraph) > 200 && !hangul.MatchString(paragraph) {
				t.Errorf("a paragraph of %s is not in Korean:\n%s", korean, paragraph)
			}
		}
	}
}
